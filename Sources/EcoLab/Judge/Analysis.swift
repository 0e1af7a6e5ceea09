// What follows from the trials of an experiment.
import EcoLoad
import Support

/// Estimates and verdicts, computed from a document's trials.
public struct Analysis: Sendable {
    public let document: ComparisonDocument
    private let trials: [String: [TrialResult]]

    public init(_ document: ComparisonDocument) {
        self.document = document
        trials = Dictionary(grouping: document.trials) { Self.key($0.entrant, $0.setting) }
    }

    private static func key(_ entrant: String, _ setting: String) -> String { "\(entrant)\n\(setting)" }

    private var experiment: Experiment { document.experiment }

    /// The admitted servers, in the order in which they were named.
    public var entrants: [Entrant] { experiment.entrants.filter { document.gate(of: $0.name)?.isAdmitted ?? false } }

    // MARK: - Runs

    /// A server's trials of a setting, one per round.
    func trials(_ entrant: String, _ setting: String) -> [TrialResult] { trials[Self.key(entrant, setting)] ?? [] }

    /// The runs of a step without failure and not INVALID, with their rounds.
    func runs(_ entrant: String, _ setting: String, _ step: String = "") -> [(round: Int, result: RunResult)] {
        allRuns(entrant, setting, step).filter { $0.result.validity.word != .invalid }
    }

    /// Those, and the INVALID ones.
    private func allRuns(_ entrant: String, _ setting: String, _ step: String) -> [(round: Int, result: RunResult)] {
        trials(entrant, setting).compactMap { trial in
            guard let outcome = trial.steps.first(where: { $0.name == step }), outcome.failure == nil,
                let result = outcome.result
            else { return nil }
            return (trial.round, result)
        }
    }

    /// Why a server failed a step, and in how many rounds; nil if it never did.
    func failure(_ entrant: String, _ setting: String, _ step: String = "") -> (reason: String, rounds: Int)? {
        let reasons = document.failures(entrant, setting, step)
        return reasons.first.map { ($0, reasons.count) }
    }

    /// `fails in 2 of 3`, if a server failed a figure's step or one before it, so that it did not get there; nil if it never did.
    func failureNote(_ entrant: String, _ judged: JudgedFigure, of unit: String? = nil) -> String? {
        let ways = trials(entrant, judged.setting).map { trial in
            let last = trial.steps.firstIndex { $0.name == judged.step } ?? trial.steps.count - 1
            return (trial: trial, steps: trial.steps.prefix(last + 1))
        }
        let tries = ways.count { way in
            way.trial.failure != nil || !way.steps.contains { $0.isKnown || $0.notMeasured != nil }
        }
        let failures = ways.count { way in
            way.trial.failure != nil || way.steps.contains { $0.failure != nil && !$0.isKnown }
        }
        return failures == 0 ? nil : "fails in \(failures) of \(unit.map { Count(tries).of($0) } ?? "\(tries)")"
    }

    /// A figure of each round that was not INVALID; nil if one of them has no figure that can be compared, since the others would not be a
    /// random sample.
    private func comparable(_ entrant: String, _ judged: JudgedFigure) -> [Int: Double]? {
        guard failureNote(entrant, judged) == nil else { return nil }
        var values: [Int: Double] = [:]
        for (round, result) in runs(entrant, judged.setting, judged.step) {
            guard let value = judged.figure.value(of: result), judged.figure.isComparable(value) else { return nil }
            values[round] = value
        }
        return values
    }

    /// Whether a server failed any step of a setting.
    func hasFailed(_ entrant: String, _ setting: String) -> Bool {
        trials(entrant, setting).contains(where: \.hasFailed)
    }

    /// The number of rounds in which a step was tried.
    func tries(_ entrant: String, _ setting: String, _ step: String) -> Int {
        trials(entrant, setting).count { trial in
            trial.failure != nil
                || trial.steps.contains { $0.name == step && !$0.isKnown && $0.notMeasured == nil }
        }
    }

    // MARK: - Figures

    /// Whether a figure is the server's processor time and is unknown in some round. Then it is not shown for the other rounds either.
    func isUnknown(_ entrant: String, _ judged: JudgedFigure) -> Bool {
        judged.figure == .processorTime
            && runs(entrant, judged.setting, judged.step).contains { $0.result.isServerTimeUnknown }
    }

    /// The text for a server that has no figure.
    func absence(_ entrant: String, _ judged: JudgedFigure) -> String {
        hasFailed(entrant, judged.setting) ? "fails" : isUnknown(entrant, judged) ? "unknown" : "-"
    }

    func values(_ entrant: String, _ judged: JudgedFigure) -> [(round: Int, value: Double)] {
        if isUnknown(entrant, judged) { return [] }
        return runs(entrant, judged.setting, judged.step).compactMap { round, result in
            judged.figure.value(of: result).map { (round, $0) }
        }
    }

    func estimate(_ entrant: String, _ judged: JudgedFigure) -> Estimate? {
        Estimate(values(entrant, judged).map(\.value))
    }

    /// All times of a step, of all rounds together.
    func times(_ entrant: String, _ setting: String, _ step: String = "", _ times: (RunResult) -> Times) -> Times {
        runs(entrant, setting, step).reduce(into: Times()) { $0.add(times($1.result)) }
    }

    /// The worst validity of the rounds of a step, with a reason; nil if there are no runs.
    func validity(_ entrant: String, _ setting: String, _ step: String = "") -> Validity? {
        let all = allRuns(entrant, setting, step).map(\.result.validity)
        return all.first { $0.wordOfFigures == .invalid } ?? all.first { $0.wordOfFigures == .lowerBound } ?? all.first
    }

    // MARK: - Verdicts

    /// The document's verdict on a figure of a server; nil for the baseline.
    func verdict(_ entrant: String, _ judged: JudgedFigure) -> Verdict? {
        document.verdicts.first {
            $0.entrant == entrant && $0.setting == judged.setting && $0.step == judged.step
                && $0.figure == judged.figure
        }
    }

    /// Every judged figure of every server except the baseline.
    public var verdicts: [Verdict] {
        let baseline = experiment.baseline
        let compared = entrants.filter { $0.name != baseline }
        var pairs: [(Scenario, JudgedFigure, String, [(Double, Double)])] = []
        for scenario in experiment.scenarios {
            for judged in scenario.judged {
                let base = comparable(baseline, judged) ?? [:]
                for entrant in compared {
                    let both = (comparable(entrant.name, judged) ?? [:]).sorted { $0.key < $1.key }
                        .compactMap { round, value in base[round].map { (value, $0) } }
                    pairs.append((scenario, judged, entrant.name, both))
                }
            }
        }
        let comparisons = pairs.count { !$0.3.isEmpty }
        return pairs.map { scenario, judged, entrant, both in
            Verdict(
                scenario, judged, of: entrant, against: baseline, pairs: both.map { (server: $0.0, baseline: $0.1) },
                comparisons: comparisons)
        }
    }
}
