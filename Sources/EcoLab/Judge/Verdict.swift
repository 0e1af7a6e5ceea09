// Whether a server differs from the baseline, and by how much.
import Statistics
import Support

/// How a server's figure compares with the baseline's.
public struct Verdict: Sendable, Codable, Equatable {
    public enum Word: String, Sendable, Codable {
        /// The figure is larger, or smaller, by more than the least difference that matters.
        case more, less
        /// The difference, if any, is too small to matter.
        case same = "no difference that matters"
        /// The rounds differ so much among themselves that either could be true.
        case undecided = "no difference shown"
        /// The server or the baseline has no such figure.
        case missing = "no figure"
    }

    public var scenario: Scenario
    public var setting: String
    public var step: String
    public var figure: Figure
    public var entrant: String
    public var baseline: String
    public var word: Word
    /// The server's figure divided by the baseline's: the mean, and the interval that holds for all verdicts of the report together. Nil
    /// without both figures; the interval is nil with a single round.
    public var ratio: Double?
    public var low: Double?
    public var high: Double?
    /// Whether the server is better than the baseline; nil unless the figure is larger or smaller.
    public var isBetter: Bool?
    /// The verdict in words.
    public var sentence: String

    /// The least difference that matters: 3 %.
    public static let leastDifference = 0.03
    /// The probability with which all verdicts of a report hold together.
    public static let confidence = 0.95

    /// Compares round by round, since whatever disturbed one server in a round disturbed the other too.
    ///
    /// - Parameters:
    ///   - pairs: the figures of server and baseline in each round that both have.
    ///   - comparisons: the number of verdicts in the report. The more there are, the more certainty each needs (Bonferroni).
    init(
        _ scenario: Scenario, _ judged: JudgedFigure, of entrant: String, against baseline: String,
        pairs: [(server: Double, baseline: Double)], comparisons: Int
    ) {
        self.scenario = scenario
        (setting, step, figure) = (judged.setting, judged.step, judged.figure)
        (self.entrant, self.baseline) = (entrant, baseline)
        let ratios = pairs.filter { $0.server > 0 && $0.baseline > 0 }.map { $0.server / $0.baseline }
        let confidence = Bonferroni.confidence(Self.confidence, ofEach: comparisons)
        guard
            let middle = GeometricMean(ratios, confidence: confidence, leastDeviation: Estimate.leastDeviation)
        else {
            word = .missing
            sentence = "there is no figure to compare"
            return
        }
        ratio = middle.mean
        guard middle.margin.isFinite else {
            word = .undecided
            sentence = "one round says nothing about chance"
            return
        }
        // Values beyond that carry no information, and JSON cannot represent infinity.
        let (low, high) = (max(middle.low, 1e-9), min(middle.high, 1e9))
        (self.low, self.high) = (low, high)
        let (least, most) = (1 / (1 + Self.leastDifference), 1 + Self.leastDifference)
        word = low > most ? .more : high < least ? .less : low >= least && high <= most ? .same : .undecided
        switch word {
        case .more, .less:
            isBetter = (word == .more) == judged.figure.isMoreBetter
            sentence = judged.figure.difference(entrant, Self.times(low, high), baseline)
        case .same: sentence = "no difference that matters"
        default:
            let isLikely = low > 1 || high < 1
            sentence =
                isLikely
                ? "a difference, perhaps too small to matter (\(Self.times(low, high)))"
                : "no difference shown (\(Self.times(low, high)))"
        }
    }

    /// `1.3 to 1.5 times`.
    static func times(_ low: Double, _ high: Double) -> String {
        let (first, second) = (factor(low), factor(high))
        return first == second ? "\(first) times" : "\(first) to \(second) times"
    }

    /// Two or three digits; for small numbers, as many as distinguish them from 0.
    static func factor(_ value: Double) -> String {
        guard value < 99_999.5 else { return "more than 100,000" }
        if value >= 9.95 { return "\(Int(value.rounded()))" }
        if value >= 0.0995 { return TimeText.digits(value) }
        if value >= 0.00995 { return "0.0\(Int((value * 1000).rounded()))" }
        return "less than 0.01"
    }
}
