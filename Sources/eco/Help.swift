// What is shown to who asks how a command is used.
import ArgumentParser

/// The help of commands that do something without another word: `eco` serves, `eco load` and `eco compare` run. Its own options are
/// what such a command is asked for, and the parser would show its subcommands only.
enum Help {
    private static let flags = ["--help", "-h", "--help-hidden"]

    /// The text that the arguments ask for; nil if they ask for none, or for one that the parser gives.
    static func text(for arguments: [String]) -> String? {
        var words = arguments
        if words.first == "help" { words = Array(words.dropFirst()) + ["--help"] }
        guard let last = words.last, flags.contains(last), words.count <= 2 else { return nil }
        let includesHidden = last == "--help-hidden"
        switch words.count == 1 ? "" : words[0] {
        case "": return text(Eco.self, does: Serve.self, named: "serve", includesHidden)
        case Load._commandName: return text(Load.self, does: LoadRunCommand.self, named: "run", includesHidden)
        case Compare._commandName: return text(Compare.self, does: CompareRunCommand.self, named: "run", includesHidden)
        default: return nil
        }
    }

    private static func text(
        _ group: any ParsableCommand.Type, does command: any ParsableCommand.Type, named name: String,
        _ includesHidden: Bool
    ) -> String {
        func message(_ type: any ParsableCommand.Type) -> [Substring] {
            Eco.helpMessage(for: type, includeHidden: includesHidden).split(
                separator: "\n", omittingEmptySubsequences: false)
        }
        let options = message(command).drop { $0 != "ARGUMENTS:" && $0 != "OPTIONS:" }.joined(separator: "\n")
        let examples = command.configuration.discussion
        let path = group == Eco.self ? name : "\(group._commandName) \(name)"
        let all = includesHidden ? "" : " (all of them: eco \(path) --help-hidden)"
        let example = group == Eco.self || examples.isEmpty ? "" : "\n\(examples)\n"
        return message(group).joined(separator: "\n") + "\n\(example)\nWITHOUT A SUBCOMMAND, AS eco \(path)\(all)\n\n"
            + options
    }

    /// The command whose help tells more about these arguments: `eco load merge --help`.
    static func command(about arguments: [String]) -> String {
        var command: any ParsableCommand.Type = Eco.self
        var words = ["eco"]
        for argument in arguments {
            guard let next = command.configuration.subcommands.first(where: { $0._commandName == argument }) else {
                break
            }
            words.append(argument)
            command = next
        }
        return (words + ["--help"]).joined(separator: " ")
    }

    /// The subcommand that the first argument may have been meant for; nil if it is one, or is like none.
    static func subcommandMeant(by arguments: [String]) -> String? {
        guard let word = arguments.first, !word.hasPrefix("-") else { return nil }
        let names = Eco.configuration.subcommands.map { $0._commandName }
        guard !names.contains(word) else { return nil }
        return Spelling.nearest(to: word, among: names, within: 2)
    }
}
