// The options of `eco check`.
import ArgumentParser
import EcoCheck
import LinuxIO
import ServerHarness
import Support

extension Level: ExpressibleByArgument {}

extension Language: ExpressibleByArgument {
    /// The language of the environment's locale.
    static var ofLocale: Language {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(Environment.word).first { !$0.isEmpty }
        return Language(locale: locale ?? "")
    }
}

struct CheckOptions: ParsableArguments {
    @Argument(CheckRow.address) var address: String?
    @Option(CheckRow.spawn) var spawn: String?
    @Option(CheckRow.port) var port: UInt16?
    @Option(CheckRow.only) var only: [String]
    @Option(CheckRow.level) var level: Level
    @Flag(CheckRow.list) var list: Bool
    @Option(CheckRow.json) var json: String?
    @Option(CheckRow.junit) var junit: String?
    @Option(CheckRow.seed) var seed: UInt64
    @Option(CheckRow.patience) var patience: Double
    @Option(CheckRow.lang) var lang: Language?
}

extension CheckOptions {
    /// The server, as the user named it.
    var name: String { spawn ?? address ?? "" }

    /// The requested language, or the locale's.
    var reportLanguage: Language { lang ?? .ofLocale }

    func checkTarget() throws -> ServerTarget {
        switch (address, spawn) {
        case (nil, nil):
            throw Complaint(.usage, "nothing to check: give host:port, or a command with --spawn 'CMD {port}'")
        case (let address?, .some):
            throw Complaint(.usage, "\(address) and --spawn name two servers: give only one")
        case (let address?, nil):
            if let port {
                throw Complaint(.usage, "--port \(port) needs --spawn: write the port into the address, as host:port")
            }
            return .addresses(try ServerAddress(address).addresses)
        case (nil, let command?):
            guard port != nil || command.contains(ServerTarget.portMark) else {
                throw Complaint(
                    .usage,
                    "--spawn '\(command)' has no port: write {port} into it, or give its fixed port with --port")
            }
            return .command(command, port: port)
        }
    }

    /// The requested cases, or those of the level and the levels below it.
    func cases() throws -> [CheckCase] {
        let ids = only.flatMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.filter { $0 != " " }) }
        }
        if ids.isEmpty { return CheckCatalog.all.filter { $0.level <= level } }
        for id in ids where !CheckCatalog.all.contains(where: { $0.id == id || $0.section == id }) {
            throw Complaint(.usage, "case \(id.visible) is unknown: eco check --list shows all cases")
        }
        return CheckCatalog.all.filter { ids.contains($0.id) || ids.contains($0.section) }
    }
}
