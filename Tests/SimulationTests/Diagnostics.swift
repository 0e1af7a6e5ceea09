// What a simulated server says on standard error.
#if DEBUG
    import LinuxIO
    import Logging

    /// Keeps the lines that a logger was given.
    final class Diagnostics: Sendable {
        private let monitor = Monitor([String]())

        /// Each line begins with its level: `error: ...`.
        var lines: [String] { monitor.withLock { $0 } }

        var logger: Logger { Logger(label: "simulation") { _ in Handler(monitor: self.monitor) } }

        private struct Handler: LogHandler {
            let monitor: Monitor<[String]>
            var logLevel = Logger.Level.info
            var metadata = Logger.Metadata()

            subscript(metadataKey key: String) -> Logger.Metadata.Value? {
                get { metadata[key] }
                set { metadata[key] = newValue }
            }

            func log(event: LogEvent) { monitor.withLock { $0.append("\(event.level): \(event.message)") } }
        }
    }
#endif
