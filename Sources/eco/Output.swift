// The server's output: lines of the lesson on standard output, diagnostics on standard error.
import EcoServer
import LinuxIO
import Logging

/// A sender that several owners share.
private final class Mailboxes: Sendable {
    let sender: Mailbox.Sender

    init() throws(SystemError) { sender = try Mailbox.Sender() }
}

/// Both streams, each behind a queue that never blocks the server.
final class Output: Sendable {
    private let standardOutput: LineQueue?
    private let standardError: LineQueue
    private let mailboxes: Mailboxes?
    let logger: Logger

    init(_ options: ServeOptions) {
        let errors = LineQueue(.standardError)
        standardError = errors
        mailboxes = try? Mailboxes()
        let saysLesson = !options.quiet && options.logLevel <= .info
        standardOutput = saysLesson ? LineQueue(.standardOutput) : nil
        var logger = Logger(label: "eco") { _ in LineLogHandler(queue: errors) }
        logger.logLevel = options.logLevel
        self.logger = logger
    }

    var console: Console { Console(standardOutput, diagnostics: standardError) }

    /// Sends the counters, including the lines that these queues have dropped, to the mailbox of the sender, or to standard error.
    func report(_ counters: ServerCounters, to asker: Int32?) {
        var counters = counters
        counters.logLinesDropped = standardError.dropped + (standardOutput?.dropped ?? 0)
        let text = counters.json
        if let asker, asker > 0, mailboxes?.sender.send(text, to: asker) == true { return }
        standardError.add(text + "\n")
    }

    func say(_ line: String) { standardError.add(line + "\n") }

    /// Gives the readers a moment to take the queued lines. False if standard output's disk has not taken everything.
    func flush() -> Bool {
        standardOutput?.flush(within: .milliseconds(500))
        let loss = standardOutput?.owed
        if let loss { standardError.add(loss.notice(of: " of standard output")) }
        standardError.flush(within: .milliseconds(500))
        return loss == nil
    }
}

/// Formats diagnostics as lines and puts them into a queue.
struct LineLogHandler: LogHandler {
    let queue: LineQueue
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let fields = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        // It may contain names and paths from options.
        queue.add("eco: \(event.level): \(event.message)\(fields)".plainLine + "\n")
    }
}
