// What is wrong with a command line, in one line, with the remedy.
import ArgumentParser
import EcoServer

extension Complaint {
    /// The parser's message about these arguments, without the usage lines.
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
        if let bad = message.firstMatch(of: /^The value '(.*)' is invalid for '(--[a-z0-9-]+|<[^>]+>)/),
            let complaint = OptionTable.of(arguments).complaint(about: String(bad.1), of: String(bad.2))
        {
            self = complaint
            return
        }
        if let missing = message.firstMatch(of: /^Missing value for '(--[a-z0-9-]+)/),
            let row = OptionTable.of(arguments).row(of: String(missing.1))
        {
            self.init(.usage, "\(message.trimmingFullStop): \(row.remedy)")
            return
        }
        // The message about a value that a row refused already has the remedy.
        let remedy = message.contains("' is invalid for '") ? "" : ": see \(Help.command(about: arguments))"
        if remedy != "", message.hasSuffix("?") {
            self.init(.usage, "\(message) See \(Help.command(about: arguments))")
        } else {
            self.init(.usage, message.trimmingFullStop + remedy)
        }
    }

    /// What is wrong with a negative number as an argument of a command.
    private static func aboutNegative(_ arguments: [String]) -> String {
        switch arguments.first ?? "" {
        case Doctor._commandName: "is out of range: \(DoctorRow.clients.remedy)"
        case eco.Status._commandName: "is out of range: \(StatusRow.server.remedy)"
        case Check._commandName, Load._commandName: "is not a server's address: \(CheckRow.address.remedy)"
        case Explain._commandName:
            "is neither a case nor a page: eco check --list shows all cases, eco explain all pages"
        default: "is not an option: see \(Help.command(about: arguments))"
        }
    }

    /// The parser's message about an unknown option, with a suggestion that may also be one of the parser's own options.
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
