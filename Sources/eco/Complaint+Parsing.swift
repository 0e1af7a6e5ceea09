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
        ("<pid|port>", "give a process number or a port"),
    ]

    /// The parser's message about these arguments, without its lines of usage.
    init(parsing error: any Error, of arguments: [String] = []) {
        var message = Eco.message(for: error).split(separator: "\n").first.map(String.init) ?? "\(error)"
        if message.hasPrefix("Unknown option"), let option = message.split(separator: "'").dropFirst().first {
            if Int(option) != nil {
                // A negative number looks like an option to the parser.
                self.init(.usage, "\(option) \(Self.aboutNegative(arguments))")
                return
            }
            message = Self.guess(String(option), message)
        }
        let isStray = message.hasPrefix("Unknown option") || message.contains("nexpected argument")
        let remedy =
            isStray ? nil : Self.remedies.first { message.contains("\($0.0) ") || message.contains("'\($0.0)") }?.1
        // The parser lists the values of some options, which the remedy does as well.
        if remedy != nil, let list = message.firstRange(of: ". Please provide one of ") {
            message = String(message[..<list.lowerBound])
        }
        let help = Help.command(about: arguments)
        if remedy == nil, message.hasSuffix("?") {
            self.init(.usage, "\(message) See \(help)")
        } else {
            self.init(.usage, "\(message.trimmingFullStop): \(remedy ?? "see \(help)")")
        }
    }

    /// What is wrong with a negative number as an argument of a command.
    private static func aboutNegative(_ arguments: [String]) -> String {
        switch arguments.first ?? "" {
        case Doctor._commandName: "is out of range: give a whole number of clients, 1 or more"
        case eco.Status._commandName: "is out of range: give a process number or a port"
        case Check._commandName, Load._commandName:
            "is no address of a server: give host:port, like localhost:9090"
        case Explain._commandName: "is no case and no page: eco check --list shows all cases, eco explain all pages"
        default: "is no option: see \(Help.command(about: arguments))"
        }
    }

    /// The parser's message about an unknown option, with a guess that knows the parser's own options too.
    private static func guess(_ option: String, _ message: String) -> String {
        let told = message.split(separator: "'").dropFirst(3).first.map { Spelling.distance(String($0), option) }
        guard let own = Spelling.nearest(to: option, among: ["--help", "--version"], within: 2),
            Spelling.distance(own, option) < told ?? .max
        else { return message }
        return "Unknown option '\(option)'. Did you mean '\(own)'?"
    }
}

extension String {
    fileprivate var trimmingFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
