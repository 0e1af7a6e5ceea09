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
        ("--keepalive", "give 1 to 10000 seconds, or off"),
        ("--invalid-utf8", "give keep or close"),
        ("--log-level", "give trace, debug, info, notice, warning, error or critical"),
        ("--clients", "give 1 to 10000000"),
        ("--size", "give a number of bytes, 2 to 16M, or 64:80%,1024:20% with 100 % in all"),
        ("--depth", "give 1 to 10000"),
        ("--duration", "give a time like 10s, 500ms or 2m"),
        ("--messages", "give a whole number, 1 or more"),
        ("--warmup", "give a time like 1s or 0"),
        ("--repeat", "give 1 to 1000"),
        ("--rate", "give messages a second, like 50000 or 50k"),
        ("--arrivals", "give uniform or poisson"),
        ("--ramp", "give a time like 5s"),
        ("--think", "give a time like 100ms"),
        ("--timeout", "give a time like 5s, 100ms at least"),
        ("--text", "give ascii or portuguese"),
        ("--source", "give 127.0.0.2, or 127.0.0.2-127.0.0.40"),
        ("--protocol", "give eco or echo"),
        ("--slo", "give conditions like p99<2ms,errors=0,rate>1000"),
        ("--find-rate", "give conditions like p99<2ms"),
        ("--pid", "give the number of a process"),
        ("--start-at", "give seconds since 1970, or a time like 2026-11-24T16:00:00Z"),
        ("--threads", "give 1 to 64"),
        ("--patience", "give a number, 0.1 to 1000"),
        ("--seed", "give a whole number, 0 or more"),
        ("--level", "give lesson, robust or hostile"),
        ("--lang", "give en or pt"),
        ("<clients>", "give a whole number of clients, 1 or more"),
    ]

    /// The parser's message about these arguments, without its lines of usage.
    init(parsing error: any Error, of arguments: [String] = []) {
        if let meant = Help.subcommandMeant(by: arguments) {
            self.init(.usage, "\(arguments[0]) is no command of eco: did you mean eco \(meant)?")
            return
        }
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
        self.init(.usage, "\(message.trimmingFullStop): \(remedy ?? "see \(Help.command(about: arguments))")")
    }
}

extension String {
    fileprivate var trimmingFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
