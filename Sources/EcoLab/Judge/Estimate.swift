// A figure of several rounds: its middle, and how sure that is.
import Statistics

/// The geometric mean of a figure over the rounds, with the interval of 95 % that Student's distribution gives it.
public struct Estimate: Sendable, Equatable {
    public var mean: Double
    /// Both nil with a single round, which tells nothing of chance.
    public var low: Double?
    public var high: Double?
    /// How many rounds had a value.
    public var rounds: Int

    /// No round is believed to repeat another better than this: a clock and a page have their grain.
    static let leastDeviation = 0.002
    /// Two rounds that differ can make an interval that says nothing: this is a factor of a thousand.
    private static let mostMargin = 7.0

    /// - Parameter values: one a round, above 0. Nil without any.
    public init?(_ values: [Double]) {
        guard let middle = GeometricMean(values, confidence: 0.95, leastDeviation: Self.leastDeviation) else {
            return nil
        }
        (mean, rounds) = (middle.mean, middle.count)
        if middle.margin < Self.mostMargin { (low, high) = (middle.low, middle.high) }
    }
}
