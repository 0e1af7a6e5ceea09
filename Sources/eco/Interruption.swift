// Ctrl-C in commands that have to clean up first.
import LinuxIO

/// SIGINT, SIGTERM, SIGQUIT and SIGHUP as function calls.
enum Interruption {
    private static let signals: SignalSet = [.interrupt, .terminate, .quit, .hangUp]

    /// Call it before the first thread starts. Blocks the signals that `watch` waits for, and those that would end the process when it
    /// writes to a reader that has gone or to a file at its size limit.
    static func block() throws(SystemError) {
        try signals.block()
        try SignalSet.ofWriting.block()
    }

    /// Calls functions on a separate thread: one for the first signal, the other if the user insists. The same request sent twice counts
    /// once: `LeaveRequests`.
    static func watch(
        first: @escaping @Sendable (Signal) -> Void, again: @escaping @Sendable (Signal) -> Void
    ) throws(SystemError) {
        try Thread.start(name: "eco-signals") {
            // Without a descriptor no signal could be read, and Ctrl-C would do nothing: end instead.
            guard let signals = try? SignalDescriptor(Self.signals, blocking: true) else { return }
            var requests = LeaveRequests()
            while let pending = signals.all() {
                let moment = Instant.now
                for signal in pending {
                    switch requests.take(at: moment) {
                    // On another thread, since meanwhile the signal may come again, or the user may insist.
                    case .first: start(signal, first)
                    case .echo: break
                    case .again: again(signal)
                    }
                }
            }
        }
    }

    private static func start(_ signal: Signal, _ body: @escaping @Sendable (Signal) -> Void) {
        do { try Thread.start(name: "eco-leaving") { body(signal) } } catch { body(signal) }
    }
}
