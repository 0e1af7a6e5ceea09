// The options of `eco check`.
import ArgumentParser
import EcoCheck
import LinuxIO

extension Level: ExpressibleByArgument {}

extension Language: ExpressibleByArgument {
    /// The language of the environment's locale.
    static var ofLocale: Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(Environment.word).first { !$0.isEmpty }
        return Language(locale: locale ?? "")
    }
}

struct CheckOptions: ParsableArguments {
    @Argument(help: "Where the server listens: host:port, or a port of this machine.")
    var address: String?

    @Option(
        help: ArgumentHelp("A command that starts the server; {port} in it becomes a free port.", valueName: "command"))
    var spawn: String?

    @Option(parsing: .unconditional, help: "The port at which the command listens, if it cannot be told.")
    var port: UInt16?

    @Option(help: ArgumentHelp("Only these cases: 3.2, or 3 for a section; with commas.", valueName: "ids"))
    var only: [String] = []

    @Option(help: "The level that has to hold, with those before it: lesson, robust or hostile.")
    var level = Level.hostile

    @Flag(help: "List the cases, and check nothing.")
    var list = false

    @Option(help: ArgumentHelp("Write the results there, for programs.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Write the results there, for continuous integration.", valueName: "file"))
    var junit: String?

    @Option(parsing: .unconditional, help: "What random texts begin from.")
    var seed: UInt64 = 1

    @Option(parsing: .unconditional, help: "How long to wait for answers: twice the number is twice as long.")
    var patience = 2.0

    @Option(help: "The language of the report: en or pt. (default: that of the locale)")
    var lang: Language?
}

extension CheckOptions {
    /// What the person called the server.
    var name: String { spawn ?? address ?? "" }

    /// The language that was asked for, or the locale's.
    var reportLanguage: Language { lang ?? .ofLocale }

    func checkTarget() throws -> CheckTarget {
        guard patience.isFinite, (0.1...1000).contains(patience) else {
            throw Complaint(.usage, "--patience \(patience) is out of range: give 0.1 to 1000")
        }
        switch (address, spawn) {
        case (nil, nil):
            throw Complaint(.usage, "nothing to check: give host:port, or a command with --spawn 'CMD {port}'")
        case (let address?, .some):
            throw Complaint(.usage, "\(address) and --spawn are two servers: give one of them")
        case (let address?, nil):
            if let port {
                throw Complaint(.usage, "--port \(port) goes with --spawn: give \(address) its port as host:port")
            }
            return .addresses(try ServerAddress(address).addresses)
        case (nil, let command?):
            if port == 0 { throw Complaint(.usage, "--port 0 is out of range: give 1 to 65535") }
            guard port != nil || command.contains(CheckTarget.portMark) else {
                throw Complaint(
                    .usage,
                    "--spawn '\(command)' does not say where it listens: write {port} into it, or give its --port")
            }
            return .command(command, port: port)
        }
    }

    /// The cases that were asked for, or those of the level and the ones before it.
    func cases() throws -> [CheckCase] {
        let ids = only.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.filter { $0 != " " }) }
        }
        if ids.isEmpty { return CheckCatalog.all.filter { $0.level <= level } }
        for id in ids where !CheckCatalog.all.contains(where: { $0.id == id || $0.section == id }) {
            throw Complaint(.usage, "case \(id.isEmpty ? "''" : id) is unknown: eco check --list shows all cases")
        }
        return CheckCatalog.all.filter { ids.contains($0.id) || ids.contains($0.section) }
    }
}
