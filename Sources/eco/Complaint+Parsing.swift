// What is wrong with a command line, in one line, with the remedy.
import ArgumentParser
import EcoServer

extension Complaint {
    /// What each option wants, for who gave it something else.
    private static let remedies = [
        ("--port", "give 0 to 65535"),
        ("--max-clients-per-address", "give a whole number, 1 or more"),
        ("--max-clients", "give a whole number, 1 or more"),
        ("--workers", "give 1 to 1024"),
        ("--simulate", "give none, sleep:5ms or cpu:200us, an hour at most"),
        ("--max-pending", "give a number of bytes, 1 or more"),
        ("--backlog", "give a whole number, 1 or more"),
        ("--idle-timeout", "give a number of seconds above 0, a year at most"),
        ("--write-timeout", "give a number of seconds above 0, a year at most"),
        ("--drain-timeout", "give a number of seconds above 0, a year at most"),
        ("--keepalive", "give on or off"),
        ("--invalid-utf8", "give keep or close"),
        ("--log-level", "give trace, debug, info, notice, warning, error or critical"),
        ("--patience", "give a number, 0.1 to 1000"),
        ("--seed", "give a whole number, 0 or more"),
        ("--level", "give lesson, robust or hostile"),
        ("--lang", "give en or pt"),
        ("<clients>", "give a whole number of clients, 1 or more"),
    ]

    /// The parser's message, without its lines of usage.
    init(parsing error: any Error) {
        let message = Eco.message(for: error).split(separator: "\n").first.map(String.init) ?? "\(error)"
        if let option = message.split(separator: "'").dropFirst().first, message.hasPrefix("Unknown option"),
            Int(option) != nil
        {
            // A negative number looks like an option to the parser.
            self.init(.usage, "\(option) is out of range: give a whole number of clients, 1 or more")
            return
        }
        let isStray = message.hasPrefix("Unknown option") || message.contains("nexpected argument")
        let remedy =
            isStray ? nil : Self.remedies.first { message.contains("\($0.0) ") || message.contains("'\($0.0)") }?.1
        self.init(.usage, "\(message.trimmingFullStop): \(remedy ?? "see eco --help")")
    }
}

extension String {
    fileprivate var trimmingFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
