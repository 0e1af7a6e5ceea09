// Starting programs: posix_spawn(3).
internal import Glibc
internal import SystemPackage

/// A program to start: it inherits only what is named here, and blocks and ignores no signal.
public struct SpawnRequest: Sendable {
    /// The program, found along PATH, and its arguments.
    public let command: [String]
    /// Its environment, to which PATH is added.
    public var environment: [String: String] = [:]
    /// Whether it also gets this process's environment; `environment` wins.
    public var inheritsEnvironment = false
    /// It does not get variables of this process's environment whose names begin with this prefix; empty withholds none.
    public var omittedPrefix = ""
    /// The descriptors that become its 0, 1 and 2; nil is /dev/null.
    public var descriptors: [Int32?] = [nil, nil, nil]
    /// The number of useless descriptors that are open when it starts.
    public var extraDescriptors = 0
    /// Whether it leads its own session, by which it and its descendants can be found, and which no terminal interrupts.
    public var startsSession = false
    /// Whether it leads its own process group in this process's session: no terminal interrupts it either, and the scheduler still treats
    /// both as one (sched(7), autogroups).
    public var startsGroup = false
    /// The processors that it may run on; empty means those of the caller.
    public var processors: [Int] = []

    public init(_ command: [String]) { self.command = command }

    /// Starts the program, and returns its process id at once. Any thread may call this.
    ///
    /// - Throws: ENOENT if there is no such program, EACCES if it cannot be run.
    public func start() throws(SystemError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, fd) in descriptors.enumerated() {
            if let fd {
                unsafe posix_spawn_file_actions_adddup2(&actions, fd, Int32(target))
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        for extra in 0..<extraDescriptors {
            unsafe posix_spawn_file_actions_addopen(&actions, Int32(3 + extra), "/dev/null", O_RDONLY, 0)
        }

        // This process's threads may block signals, and may ignore them.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let session = startsSession ? Self.ownSession : 0
        let group = startsGroup ? POSIX_SPAWN_SETPGROUP : 0
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group | session))

        let argumentList = CStringList(command.map { Array($0.utf8) })
        let variableList = CStringList(variables)
        // There is no attribute for this, but a program inherits it from the thread that starts it.
        let processorsBefore = processors.isEmpty ? [] : Processors.allowed
        if !processors.isEmpty { try Processors.use(processors) }
        // Those that were allowed before still are.
        defer { if !processorsBefore.isEmpty { try? Processors.use(processorsBefore) } }
        var pid: pid_t = 0
        let result = unsafe posix_spawnp(
            &pid, command[0], &actions, &attributes, argumentList.pointers, variableList.pointers)
        guard result == 0 else { throw SystemError(Errno(rawValue: result), in: .posix_spawn) }
        return pid
    }

    /// POSIX_SPAWN_SETSID, which Glibc's module does not export.
    private static let ownSession: Int32 = 0x80

    /// Names and values as bytes: those of this process are passed on unchanged, UTF-8 or not.
    private var variables: [[UInt8]] {
        var all: [[UInt8]: [UInt8]] = [:]
        if inheritsEnvironment {
            for variable in ProcessEnvironment.variables {
                if !omittedPrefix.isEmpty, variable.name.starts(with: omittedPrefix.utf8) { continue }
                all[variable.name] = variable.value
            }
        } else {
            all[Array("PATH".utf8)] =
                ProcessEnvironment.bytes("PATH") ?? Array("/usr/bin:/bin:/usr/sbin:/sbin".utf8)
        }
        for (name, value) in environment { all[Array(name.utf8)] = Array(value.utf8) }
        return all.map { $0.key + [UInt8(ascii: "=")] + $0.value }
    }
}

/// Strings in the form of exec(3).
@safe
private final class CStringList {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [[UInt8]]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() {
            // SAFETY: a zero byte ends them.
            unsafe pointers[index] = (string + [0]).withUnsafeBufferPointer { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe strdup($0.baseAddress!) }
            }
        }
        unsafe pointers[count] = nil
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}
