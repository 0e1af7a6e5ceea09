// A figure of several rounds: its middle, and how sure that is.
import EcoLoad
import Glibc

/// The geometric mean of a figure over the rounds, with the interval of 95 % that Student's distribution gives it.
///
/// Times, rates and amounts vary by factors, not by sums: so all is reckoned in logarithms.
public struct Estimate: Sendable, Codable, Equatable {
    public var mean: Double
    /// Both nil with a single round, which tells nothing of chance.
    public var low: Double?
    public var high: Double?
    /// How many rounds had a value.
    public var rounds: Int

    /// - Parameter values: one a round, above 0. Nil without any.
    public init?(_ values: [Double]) {
        let logarithms = values.filter { $0 > 0 && $0.isFinite }.map { log($0) }
        guard let interval = LogInterval(logarithms, confidence: 0.95) else { return nil }
        mean = exp(interval.mean)
        rounds = logarithms.count
        // Two rounds that differ can make an interval that says nothing.
        if interval.margin < 7 {
            low = exp(interval.mean - interval.margin)
            high = exp(interval.mean + interval.margin)
        }
    }
}

/// The mean of some logarithms, and how far it may be off.
struct LogInterval {
    let mean: Double
    /// Infinite with a single value.
    let margin: Double

    /// No round is believed to repeat another better than this: a clock and a page have their grain.
    static let leastDeviation = 0.002

    init?(_ values: [Double], confidence: Double) {
        guard !values.isEmpty else { return nil }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        self.mean = mean
        guard values.count > 1 else {
            margin = .infinity
            return
        }
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let deviation = max(variance.squareRoot(), Self.leastDeviation)
        margin = StudentT.quantile(confidence: confidence, freedom: count - 1) * deviation / count.squareRoot()
    }
}
