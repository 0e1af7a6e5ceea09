// The options of `eco compare`.
import ArgumentParser
import EcoLab
import EcoServer
import LinuxIO
import ServerHarness
import Support

extension Scenario: ExpressibleByArgument {}

struct CompareOptions: ParsableArguments {
    @Option(CompareRow.models) var models: String?
    @Option(CompareRow.server) var server: [String]
    @Option(CompareRow.baseline) var baseline: String?
    @Option(CompareRow.scenarios) var scenarios: String?
    @Option(CompareRow.rounds) var rounds: Int?
    @Option(CompareRow.duration) var duration: Time?
    @Flag(CompareRow.quick) var quick: Bool
    @Flag(CompareRow.full) var full: Bool
    @Option(CompareRow.seed) var seed: UInt64?
    @Option(CompareRow.out) var out: String
    @Flag(CompareRow.worksheet) var worksheet: Bool
    @Option(CompareRow.lang) var lang: Language?
}

extension CompareOptions {
    /// The experiment that the options describe, or what is wrong with them.
    func experiment(executable: String) throws -> Experiment {
        if quick, full { throw Complaint(.usage, "--quick and --full exclude each other: give only one") }
        let entrants = try models(executable) + server.map(Self.entrant)
        if entrants.isEmpty {
            throw Complaint(.usage, "--models none leaves nothing to compare: give --server 'NAME=COMMAND {port}'")
        }
        for entrant in entrants where entrants.count(where: { $0.name == entrant.name }) > 1 {
            throw Complaint(.usage, "two servers are called \(entrant.name): give each its own name")
        }
        var experiment = Experiment(
            entrants, pace: quick ? .quick : full ? .full : .normal, seed: seed ?? UInt64.random(in: 1...999_999))
        if let baseline {
            guard entrants.contains(where: { $0.name == baseline }) else {
                throw Complaint(
                    .usage,
                    "--baseline \(baseline.visible) is not among the servers: give one of \(entrants.map(\.name).joined(separator: ", "))"
                )
            }
            experiment.baseline = baseline
        }
        experiment.scenarios = try chosenScenarios()
        if let rounds { experiment.rounds = rounds }
        if let duration {
            guard (0.1...3600).contains(duration.seconds) else {
                throw CompareRow.duration.outOfRange("\(duration.seconds) s")
            }
            experiment.durationSeconds = duration.seconds
        }
        return experiment
    }

    private func models(_ executable: String) throws -> [Entrant] {
        if models == "none" { return [] }
        let known = ModelCatalog.all.map { $0.names[0] }
        let names = models.map(Self.list) ?? CompareRow.usualModels
        for name in names where !known.contains(name) {
            throw Complaint(
                .usage,
                "model \(name.visible) is unknown: choose from \(known.joined(separator: ", ")), or give none"
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
                "scenario \(name.visible) is unknown: choose from \(Scenario.allCases.map(\.rawValue).joined(separator: ", "))"
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
            throw Complaint(.usage, "--server \(text.visible) has no command: give NAME=COMMAND {port}")
        }
        let words = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = words[0]
        guard Entrant.isName(name) else {
            throw Complaint(
                .usage,
                "--server name \(name.visible) is not valid: give 1 to 20 letters, digits, - _ or ."
            )
        }
        var port: UInt16?
        if words.count == 2 {
            guard let number = UInt16(words[1]), number > 0 else {
                throw Complaint(.usage, "--server \(name)@\(words[1]) has no valid port: give 1 to 65535 after the @")
            }
            port = number
        }
        guard port != nil || parts[1].contains(ServerTarget.portMark) else {
            throw Complaint(
                .usage,
                "--server \(name)='\(parts[1])' has no port: write {port} into it, or \(name)@9090=... if its port is fixed"
            )
        }
        return Entrant(name: name, command: parts[1], port: port)
    }
}
