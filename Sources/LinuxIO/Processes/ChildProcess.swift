// Programs that this one starts, watches and ends.
internal import CLinux
internal import Glibc

/// A running program: its output is collected, its end is awaited, and it does not outlive this object.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum Exit: Equatable, Sendable {
        case status(Int32)
        case signal(Int32)
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
            _modify {
                switch stream {
                case .output: yield &output
                case .errors: yield &errors
                }
            }
        }
    }

    public let pid: Int32
    private let monitor: Monitor<State>

    /// Starts the program, with a thread for its end and one for each collected stream.
    ///
    /// - Parameters:
    ///   - request: if it names a descriptor for standard output or error, that stream is not collected.
    ///   - keeping: how many of the last bytes of each stream are kept, about.
    public init(_ request: SpawnRequest, keeping limit: Int = .max) throws(SystemError) {
        var request = request
        var ends: [(stream: Stream, reading: Int32)] = []
        var writing: [Int32] = []
        defer { for number in writing { Descriptor.close(number) } }
        for (number, stream) in [(1, Stream.output), (2, .errors)] where request.descriptors[number] == nil {
            let pipe = try PipeEnds().release()
            ends.append((stream, pipe.reading))
            writing.append(pipe.writing)
            request.descriptors[number] = pipe.writing
        }
        do { pid = try request.start() } catch {
            for end in ends { Descriptor.close(end.reading) }
            throw error
        }
        let monitor = Monitor(State())
        self.monitor = monitor
        for end in ends { try Self.collect(end.reading, end.stream, keeping: limit, monitor) }
        let pid = pid
        try Thread.start(name: "child-reaper") { Self.reap(pid, monitor) }
    }

    deinit { send(signal: SIGKILL) }

    // MARK: - Watching

    /// The output so far.
    public func text(_ stream: Stream) -> String {
        String(decoding: monitor.withLock { $0[stream] }, as: UTF8.self)
    }

    public var output: String { text(.output) }
    public var errors: String { text(.errors) }

    /// Waits until the output of a stream meets a condition; returns whether it does.
    @discardableResult
    public func wait(_ stream: Stream, seconds: Int = 20, until isReady: (String) -> Bool) -> Bool {
        monitor.wait(until: .now + .seconds(seconds)) {
            isReady(String(decoding: $0[stream], as: UTF8.self)) || ($0.exit != nil && $0.openStreams == 0)
        }
            && isReady(text(stream))
    }

    /// How it ended, once it has and all of its output is collected; nil if that takes too long.
    public func waitForExit(seconds: Int = 20) -> Exit? { waitForExit(within: .seconds(seconds)) }

    /// How it ended, once it has and all of its output is collected; nil if that takes longer than the limit.
    public func waitForExit(within limit: Duration) -> Exit? {
        _ = monitor.wait(until: .now + limit) { $0.exit != nil && $0.openStreams == 0 }
        return exit
    }

    /// How it ended; nil while it runs.
    public var exit: Exit? { monitor.withLock { $0.exit } }
    public var isRunning: Bool { exit == nil }

    public func send(signal: Int32) {
        // It is not reaped while the lock is held, so the process id is still this program's.
        monitor.withLock { if $0.exit == nil { kill(pid, signal) } }
    }

    // MARK: - Threads

    private static func collect(
        _ fd: Int32, _ stream: Stream, keeping limit: Int, _ monitor: Monitor<State>
    ) throws(SystemError) {
        monitor.withLock { $0.openStreams += 1 }
        try Thread.start(name: "child-reader") {
            let descriptor = Descriptor(owning: fd)
            var chunk = [UInt8](repeating: 0, count: 16 << 10)
            while true {
                let room = chunk.count
                let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor.number, $0.baseAddress, room) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                monitor.withLock { state in
                    state[stream] += chunk[..<count]
                    // In halves, so that each byte is moved once.
                    if state[stream].count / 2 > limit { state[stream].removeFirst(state[stream].count - limit) }
                }
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
