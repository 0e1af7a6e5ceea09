// Programs that a test starts, watches and ends.
import Glibc
import LinuxIO

/// A running program: its output is collected, its end is awaited, and it does not outlive this object.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum Exit: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
    }

    /// What a program is started with besides its arguments.
    public struct Options: Sendable {
        /// The whole environment, but for PATH.
        public var environment: [String: String] = [:]
        /// Descriptors of the test's for its standard streams; nil is /dev/null for input, collected text for the others.
        public var standardInput: Int32?
        public var standardOutput: Int32?
        public var standardError: Int32?
        /// The soft and hard limit on its descriptors.
        public var descriptorLimit: Int?
        /// So many descriptors of no use are open when it starts.
        public var extraDescriptors = 0
        /// A program and arguments that start it, `setpriv …` for one.
        public var launcher: [String] = []

        public init() {}
    }

    /// Which of the two collected streams.
    public enum Stream: Sendable { case output, errors }

    private struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var openStreams = 0
        var exit: Exit?

        subscript(stream: Stream) -> [UInt8] {
            get { stream == .output ? output : errors }
            set { if stream == .output { output = newValue } else { errors = newValue } }
        }
    }

    public let pid: pid_t
    private let monitor: Monitor<State>

    public init(_ executable: String, _ arguments: [String], _ options: Options = Options()) throws {
        let monitor = Monitor(State())
        let output = options.standardOutput == nil ? try Pipe() : nil
        let errors = options.standardError == nil ? try Pipe() : nil
        var spawn = SpawnRequest(options.launcher + Self.limited(executable, arguments, options.descriptorLimit))
        spawn.environment = options.environment
        spawn.descriptors = [
            options.standardInput, options.standardOutput ?? output?.writeEnd,
            options.standardError ?? errors?.writeEnd,
        ]
        spawn.extraDescriptors = options.extraDescriptors
        let pid = try spawn.start()
        self.pid = pid
        self.monitor = monitor
        if let output { try Self.collect(output.releaseReadEnd(), .output, monitor) }
        if let errors { try Self.collect(errors.releaseReadEnd(), .errors, monitor) }
        try Thread.start(name: "test-reaper") { Self.reap(pid, monitor) }
    }

    deinit { send(signal: SIGKILL) }

    private static func limited(_ executable: String, _ arguments: [String], _ limit: Int?) -> [String] {
        guard let limit else { return [executable] + arguments }
        return ["/bin/sh", "-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", executable] + arguments
    }

    // MARK: - Watching

    /// What has been written so far.
    public func text(_ stream: Stream) -> String {
        String(decoding: monitor.withLock { $0[stream] }, as: UTF8.self)
    }

    public var output: String { text(.output) }
    public var errors: String { text(.errors) }

    /// Waits until what was written to a stream is as asked for; says whether it is.
    @discardableResult
    public func wait(_ stream: Stream, seconds: Int = 20, until isReady: (String) -> Bool) -> Bool {
        monitor.wait(until: .now + .seconds(seconds)) {
            isReady(String(decoding: $0[stream], as: UTF8.self)) || ($0.exit != nil && $0.openStreams == 0)
        }
            && isReady(text(stream))
    }

    /// How it ended, once it has and all of its output is collected; nil if that takes too long.
    public func waitForExit(seconds: Int = 20) -> Exit? {
        _ = monitor.wait(until: .now + .seconds(seconds)) { $0.exit != nil && $0.openStreams == 0 }
        return monitor.withLock { $0.exit }
    }

    public var isRunning: Bool { monitor.withLock { $0.exit == nil } }

    public func send(signal: Int32) {
        // Not reaped as long as the lock is held, so the number still is this program's.
        monitor.withLock { if $0.exit == nil { kill(pid, signal) } }
    }

    // MARK: - Threads

    private static func collect(_ number: Int32, _ stream: Stream, _ monitor: Monitor<State>) throws {
        monitor.withLock { $0.openStreams += 1 }
        try Thread.start(name: "test-reader") {
            let descriptor = Descriptor(owning: number)
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            while true {
                let room = chunk.count
                let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, room) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                monitor.withLock { $0[stream] += chunk[..<count] }
                monitor.wakeAll()
            }
            monitor.withLock { $0.openStreams -= 1 }
            monitor.wakeAll()
        }
    }

    private static func reap(_ pid: pid_t, _ monitor: Monitor<State>) {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        monitor.withLock { state in
            var status: Int32 = 0
            unsafe waitpid(pid, &status, 0)
            state.exit = status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
        }
        monitor.wakeAll()
    }
}
