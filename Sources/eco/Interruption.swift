// Ctrl-C, where something has to be put away first.
import LinuxIO

/// SIGINT, SIGTERM, SIGQUIT and SIGHUP as calls of a function.
enum Interruption {
    /// What has to be blocked before the first thread starts; SIGPIPE too, since a reader that goes away is no accident.
    static let signals: SignalSet = [.interrupt, .terminate, .quit, .hangUp, .brokenPipe]

    /// Calls the function on a thread of its own when a signal comes.
    static func watch(_ body: @escaping @Sendable (Signal) -> Void) throws(SystemError) {
        try Thread.start(name: "eco-signals") {
            // Without a descriptor nobody could be told, and Ctrl-C would do nothing: better end so.
            guard let signals = try? SignalDescriptor([.interrupt, .terminate, .quit, .hangUp], blocking: true) else {
                return
            }
            while let signal = signals.next() { body(signal) }
        }
    }
}
