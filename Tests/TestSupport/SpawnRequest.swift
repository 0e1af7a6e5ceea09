// posix_spawn(3), as far as tests need it.
import Glibc
import LinuxIO

/// A program to be started: nothing of the test's is inherited but what is named here.
struct SpawnRequest {
    let command: [String]
    var environment: [String: String] = [:]
    /// What become descriptors 0, 1 and 2; nil is /dev/null.
    var descriptors: [Int32?] = [nil, nil, nil]
    var extraDescriptors = 0

    /// Held while programs start, and while there are descriptors that are not close-on-exec yet.
    static let gate = Monitor(0)

    init(_ command: [String]) { self.command = command }

    func start() throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (target, number) in descriptors.enumerated() {
            if let number {
                unsafe posix_spawn_file_actions_adddup2(&actions, number, Int32(target))
            } else {
                unsafe posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        for extra in 0..<extraDescriptors {
            unsafe posix_spawn_file_actions_addopen(&actions, Int32(3 + extra), "/dev/null", O_RDONLY, 0)
        }

        // The test's threads may block signals, and may ignore them.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/bin:/bin:/usr/sbin:/sbin"
        let variables = environment.merging(["PATH": path]) { own, _ in own }.map { "\($0.key)=\($0.value)" }
        let argumentList = CStringList(command)
        let variableList = CStringList(variables)
        var pid: pid_t = 0
        let result = Self.gate.withLock { _ in
            unsafe posix_spawnp(
                &pid, command[0], &actions, &attributes, argumentList.pointers, variableList.pointers)
        }
        guard result == 0 else { throw TestFailure("\(command[0]) cannot be started: errno \(result)") }
        return pid
    }
}

/// Strings as exec(3) wants them.
@safe
private final class CStringList {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        unsafe pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { unsafe pointers[index] = unsafe strdup(string) }
        unsafe pointers[count] = nil
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}

/// What went wrong in a test, in words.
public struct TestFailure: Error, CustomStringConvertible, Equatable {
    public let description: String

    public init(_ description: String) { self.description = description }
}
