// Help about a command, and suggestions for a misspelt command.
import ArgumentParser

/// The help of commands that do something without a subcommand: `eco` serves, `eco load` and `eco compare` run. Their help has to show
/// their own options, while the parser would show only their subcommands.
enum Help {
    static let flags = ["--help", "-h", "--help-hidden"]

    /// The help that the arguments ask for; nil if they ask for none, or for help that the parser itself gives.
    ///
    /// - Throws: if they ask about a command that does not exist.
    static func text(for arguments: [String]) throws(Complaint) -> String? {
        var words = arguments
        // `eco help load` and `eco load help` are `eco load --help`, and so is `eco --help load`.
        if let place = words.prefix(2).firstIndex(of: "help") { words[place] = "--help" }
        guard let place = words.firstIndex(where: { flags.contains($0) }) else { return nil }
        let includesHidden = words.remove(at: place) == "--help-hidden"
        guard !words.contains(where: { $0.hasPrefix("-") }) else { return nil }
        if let complaint = misspelling(in: words) { throw complaint }
        let (command, path, rest) = named(by: words)
        if let word = rest.first {
            // `eco load localhost:9090 --help`.
            if place == words.count, command != Eco.self { return nil }
            throw Complaint(.usage, "\(word) is not a command of \(path): see \(path) --help")
        }
        guard let does = command.configuration.defaultSubcommand else {
            return Eco.helpMessage(for: command, includeHidden: includesHidden)
        }
        return text(command, does: does, as: "\(path) \(does._commandName)", includesHidden)
    }

    private static func text(
        _ group: any ParsableCommand.Type, does command: any ParsableCommand.Type, as path: String,
        _ includesHidden: Bool
    ) -> String {
        func options(_ includesHidden: Bool) -> String {
            Eco.helpMessage(for: command, includeHidden: includesHidden)
                .split(separator: "\n", omittingEmptySubsequences: false)
                .drop { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }.joined(separator: "\n")
        }
        let shown = options(includesHidden)
        let examples = command.configuration.discussion
        let all = shown == options(true) ? "" : " (all of them: \(path) --help-hidden)"
        let example = group == Eco.self || examples.isEmpty ? "" : "\n\(examples)\n"
        return Eco.helpMessage(for: group, includeHidden: includesHidden)
            + "\n\(example)\nWITHOUT A SUBCOMMAND, AS \(path)\(all)\n\n" + shown
    }

    /// The command whose help covers these arguments: `eco load merge --help`.
    static func command(about arguments: [String]) -> String { named(by: arguments).path + " --help" }

    /// The complaint about a word in place of a command that resembles a command's name; nil if there is none.
    static func misspelling(in arguments: [String]) -> Complaint? {
        let (command, path, rest) = named(by: arguments)
        guard let word = rest.first, !word.hasPrefix("-") else { return nil }
        let names = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .map { $0._commandName }
        // In a short word, few letters would have to match.
        guard let meant = Spelling.nearest(to: word, among: names, within: min(2, word.count / 2)) else { return nil }
        return Complaint(.usage, "\(word) is not a command of \(path): did you mean \(path) \(meant)?")
    }

    /// The command that the first words name, and what follows it.
    private static func named(
        by words: [String]
    ) -> (command: any ParsableCommand.Type, path: String, rest: ArraySlice<String>) {
        var command: any ParsableCommand.Type = Eco.self
        var path = "eco"
        var rest = words[...]
        while let word = rest.first,
            let next = command.configuration.subcommands.first(where: { $0._commandName == word })
        {
            command = next
            path += " \(word)"
            rest = rest.dropFirst()
        }
        return (command, path, rest)
    }
}
