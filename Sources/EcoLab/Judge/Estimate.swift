// A figure over several rounds: its mean, and how certain that is.
import Statistics

/// The geometric mean of a figure over the rounds, with the interval of 95 % that Student's distribution gives it.
public struct Estimate: Sendable, Equatable {
    public var mean: Double
    /// Both are nil with a single round, which says nothing about chance.
    public var low: Double?
    public var high: Double?
    /// The number of rounds that had a value.
    public var rounds: Int

    /// Rounds are assumed to differ by at least this much, because clocks and pages have a granularity.
    static let leastDeviation = 0.002
    /// The widest interval: a factor of a thousand. Two rounds that differ can give one that says nothing.
    private static let mostMargin = 7.0

    /// - Parameter values: one per round, above 0. Nil if there are none.
    public init?(_ values: [Double]) {
        guard let middle = GeometricMean(values, confidence: 0.95, leastDeviation: Self.leastDeviation) else {
            return nil
        }
        (mean, rounds) = (middle.mean, middle.count)
        if middle.margin < Self.mostMargin { (low, high) = (middle.low, middle.high) }
    }
}
