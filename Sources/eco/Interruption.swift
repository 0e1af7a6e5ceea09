// Ctrl-C, where something has to be put away first.
import LinuxIO

/// SIGINT, SIGTERM, SIGQUIT and SIGHUP as calls of functions.
enum Interruption {
    private static let signals: SignalSet = [.interrupt, .terminate, .quit, .hangUp]

    /// To be called before the first thread starts. Blocks what `watch` waits for, and what writing to a reader that goes away
    /// or to a file that may grow no more would end the process with.
    static func block() throws(SystemError) {
        try signals.block()
        try SignalSet.ofWriting.block()
    }

    /// Calls functions on a thread of its own: one when the first signal comes, the other when a person insists. The same request
    /// sent twice is one: `LeaveRequests`.
    static func watch(
        first: @escaping @Sendable (Signal) -> Void, again: @escaping @Sendable (Signal) -> Void
    ) throws(SystemError) {
        try Thread.start(name: "eco-signals") {
            // Without a descriptor nobody could be told, and Ctrl-C would do nothing: better end so.
            guard let signals = try? SignalDescriptor(Self.signals, blocking: true) else { return }
            var requests = LeaveRequests()
            while let pending = signals.all() {
                let moment = Instant.now
                for signal in pending {
                    switch requests.take(at: moment) {
                    // On another thread: as long as it takes, an echo may come, or somebody who insists.
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
