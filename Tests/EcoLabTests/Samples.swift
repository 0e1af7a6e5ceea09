// Experiments that were never made, with figures that are known.
import Testing

@testable import EcoLab
@testable import EcoLoad
@testable import ServerHarness

enum Samples {
    /// A run of 1000 messages of the given time, with a server of the given use.
    static func result(
        microseconds: Double = 10, rate: Double = 1000, nanoseconds: Int64 = 100_000, bytesPerClient: Int = 32,
        worth: Validity.Word = .valid
    ) -> RunResult {
        var times = Times()
        times.note(nanoseconds, count: 1000)
        var ledger = Ledger()
        (ledger.asked, ledger.connected, ledger.greeted, ledger.answered) = (100, 100, 100, 100)
        ledger.fates = [.served: 100]
        var fairness = Fairness()
        for _ in 0..<100 { fairness.count(10, hasBeenAnswered: true) }
        var (before, after) = (Footprint(), Footprint())
        (before.residentBytes, after.residentBytes) = (2_000_000, 2_000_000)
        before.anonymousBytes = 1_000_000
        after.anonymousBytes = 1_000_000 + 100 * bytesPerClient
        after.threads = 1
        var result = RunResult(
            begin: 0, seconds: 1000 / rate, messages: 1000, unanswered: 0, plannedMessages: 1000, waited: 0,
            bytesOut: 64_000, bytesIn: 64_000, planned: times, actual: times, lateness: Times(), connecting: Times(),
            greeting: Times(), ledger: ledger, fairness: fairness, series: [], generator: GeneratorUse(),
            clockDrift: 0, isInterrupted: false, validity: Validity(word: worth, reasons: worth == .valid ? [] : ["x"]))
        result.server = ServerUse(
            pid: 1, processorSeconds: microseconds * 1000 / 1e6, processorShare: 0.5, idleShare: 0.5, privateBytes: 0,
            threads: 1, descriptors: 10, voluntarySwitches: 100, involuntarySwitches: 1, pageFaults: 3, before: before,
            after: after)
        return result
    }

    /// An experiment in which every server does the same in every round and setting, but for what is said.
    static func document(
        _ names: [String], rounds: Int = 5, scenarios: [Scenario] = Scenario.allCases,
        result: (_ name: String, _ setting: String, _ round: Int) -> RunResult?
    ) -> ComparisonDocument {
        var experiment = Experiment(names.map { Entrant(model: $0, executable: "eco") }, pace: .quick, seed: 7)
        experiment.baseline = names[0]
        experiment.rounds = rounds
        experiment.scenarios = scenarios
        experiment.commonRate = 1000
        var document = ComparisonDocument(
            experiment, version: "test", begin: 1_795_000_000, placement: Placement(server: 0, generator: 1))
        for name in names {
            document.gates.append(GateResult(entrant: name, isAdmitted: true, points: 100, pointsPossible: 100))
        }
        for round in 1...rounds {
            for setting in experiment.settings {
                for name in names {
                    let outcome = result(name, setting.id, round)
                    document.trials.append(
                        TrialResult(
                            entrant: name, scenario: setting.scenario, setting: setting.id, round: round,
                            order: document.trials.count + 1,
                            steps: setting.steps.map {
                                .init(name: $0.name, result: outcome, failure: outcome == nil ? "it <fell> over" : nil)
                            }, probeMilliseconds: 5))
                }
            }
        }
        document.verdicts = Analysis(document).verdicts
        return document
    }

    /// `b` costs half as much again as `a`; `c` fails everything but churn.
    static let comparison = Samples.document(["a", "b", "c"]) { name, setting, round in
        guard name != "c" || setting == "churn" else { return nil }
        let noise = 1 + Double(round) / 1000
        return Samples.result(
            microseconds: (name == "b" ? 15 : 10) * noise, bytesPerClient: name == "b" ? 9000 : 32)
    }

    /// The text of one of the report's files.
    static func text(
        _ file: String, _ document: ComparisonDocument = comparison, gnuplot: String = "gnuplot"
    ) throws -> String {
        let report = Report(document)
        let files = try report.data() + report.pages(gnuplot: gnuplot)
        return try #require(files.first { $0.name == file }?.text)
    }
}
