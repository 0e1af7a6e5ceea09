// The options of `eco compare`.
import ArgumentParser
import EcoCheck
import EcoLab
import EcoServer
import LinuxIO

extension Scenario: ExpressibleByArgument {}

struct CompareOptions: ParsableArguments {
    @Option(help: "Our models to compare, with commas; none leaves them out. (default: all)")
    var models: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Another server: NAME=COMMAND with {port}, or NAME@9090=COMMAND for a fixed port. May be repeated.",
            valueName: "server"))
    var server: [String] = []
    @Option(help: "Whom all others are compared with. (default: reactor, else the first)")
    var baseline: String?
    @Option(help: ArgumentHelp("Only these, with commas. (default: all seven)", valueName: "scenarios"))
    var scenarios: String?
    @Option(parsing: .unconditional, help: "How often everything is measured. (default: 5)")
    var rounds: Int?
    @Option(parsing: .unconditional, help: "How long each load is measured. (default: 3s)")
    var duration: Time?
    @Flag(help: "Some three minutes for five servers: short loads, which show big differences only.")
    var quick = false
    @Flag(help: "Fifteen rounds of long loads; how long that takes is said before it begins.")
    var full = false
    @Option(
        parsing: .unconditional, help: "What the order of the rounds and the texts begin from. (default: by chance)")
    var seed: UInt64?
    @Option(help: ArgumentHelp("Where the report goes.", valueName: "folder"))
    var out = "report"
    @Flag(help: "Print a page on which to predict the results, and measure nothing.")
    var worksheet = false
    @Option(help: "The language of the worksheet: en or pt. (default: that of the locale)")
    var lang: Language?
}

extension CompareOptions {
    /// The experiment that the options amount to, or what is wrong with them.
    func experiment(executable: String) throws -> Experiment {
        if quick, full { throw Complaint(.usage, "--quick and --full exclude each other: give one of them") }
        let entrants = try models(executable) + server.map(Self.entrant)
        if entrants.isEmpty {
            throw Complaint(.usage, "--models none leaves nothing to compare: give --server 'NAME=COMMAND {port}'")
        }
        for entrant in entrants where entrants.count(where: { $0.name == entrant.name }) > 1 {
            throw Complaint(.usage, "two servers are called \(entrant.name): give each a name of its own")
        }
        var experiment = Experiment(
            entrants, pace: quick ? .quick : full ? .full : .normal, seed: seed ?? UInt64.random(in: 1...999_999))
        if let baseline {
            guard entrants.contains(where: { $0.name == baseline }) else {
                throw Complaint(
                    .usage,
                    "--baseline \(baseline.isEmpty ? "''" : baseline) takes no part: give one of \(entrants.map(\.name).joined(separator: ", "))"
                )
            }
            experiment.baseline = baseline
        }
        experiment.scenarios = try chosenScenarios()
        if let rounds {
            guard (1...1000).contains(rounds) else {
                throw Complaint(.usage, "--rounds \(rounds) is out of range: give 1 to 1000")
            }
            experiment.rounds = rounds
        }
        if let duration {
            guard (0.1...3600).contains(duration.seconds) else {
                throw Complaint(.usage, "--duration \(duration.seconds) s is out of range: give 100ms to an hour")
            }
            experiment.durationSeconds = duration.seconds
        }
        return experiment
    }

    private func models(_ executable: String) throws -> [Entrant] {
        if models == "none" { return [] }
        let known = ModelCatalog.all.map { $0.names[0] }
        let names = models.map(Self.list) ?? known
        for name in names where !known.contains(name) {
            throw Complaint(
                .usage,
                "model \(name.isEmpty ? "''" : name) is unknown: give some of \(known.joined(separator: ", ")), or none"
            )
        }
        return names.map { Entrant(model: $0, executable: executable) }
    }

    private func chosenScenarios() throws -> [Scenario] {
        guard let scenarios else { return Scenario.allCases }
        let names = Self.list(scenarios)
        for name in names where Scenario(rawValue: name) == nil {
            throw Complaint(
                .usage,
                "scenario \(name.isEmpty ? "''" : name) is unknown: give some of \(Scenario.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        return Scenario.allCases.filter { names.contains($0.rawValue) }
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
    }

    /// `NAME=COMMAND` or `NAME@PORT=COMMAND`.
    private static func entrant(_ text: String) throws -> Entrant {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].allSatisfy(\.isWhitespace) else {
            throw Complaint(.usage, "--server \(text.isEmpty ? "''" : text) has no command: give NAME=COMMAND {port}")
        }
        let words = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = words[0]
        guard Entrant.isName(name) else {
            throw Complaint(
                .usage, "--server name \(name.isEmpty ? "''" : name) is no name: give 1 to 20 letters, digits, - _ or ."
            )
        }
        var port: UInt16?
        if words.count == 2 {
            guard let number = UInt16(words[1]), number > 0 else {
                throw Complaint(.usage, "--server \(name)@\(words[1]) has no port: give 1 to 65535 after the @")
            }
            port = number
        }
        guard port != nil || parts[1].contains(CheckTarget.portMark) else {
            throw Complaint(
                .usage,
                "--server \(name)='\(parts[1])' does not say where it listens: write {port} into it, or \(name)@9090=... if its port is fixed"
            )
        }
        return Entrant(name: name, command: parts[1], port: port)
    }
}
