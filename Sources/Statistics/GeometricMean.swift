// The mean of values that vary by factors.
import Glibc

/// The geometric mean of some values, or of the ratios of pairs, and how far it may be off.
///
/// Times, rates and amounts vary by factors, not by differences, so the calculation uses logarithms.
public struct GeometricMean: Sendable {
    public let mean: Double
    public let count: Int
    /// How far chance alone may move the mean, up or down, in logarithms. Infinite with a single value.
    public let margin: Double
    private let logarithm: Double

    /// - Parameters:
    ///   - values: values that are not above 0, or not finite, do not count; nil if none is left.
    ///   - leastDeviation: values are assumed to differ by at least this factor less one.
    public init?(_ values: [Double], confidence: Double, leastDeviation: Double = 0) {
        let logarithms = values.filter { $0 > 0 && $0.isFinite }.map { log($0) }
        guard let sample = Sample(logarithms) else { return nil }
        logarithm = sample.mean
        mean = exp(sample.mean)
        count = sample.count
        margin = sample.margin(confidence: confidence, leastDeviation: leastDeviation)
    }

    /// The ends of the interval; 0 and infinity with a single value.
    public var low: Double { exp(logarithm - margin) }
    public var high: Double { exp(logarithm + margin) }
}

/// Several statements that have to hold together.
public enum Bonferroni {
    /// The confidence that each of this many statements needs, so that all hold together with the given confidence.
    public static func confidence(_ confidence: Double, ofEach count: Int) -> Double {
        1 - (1 - confidence) / Double(max(1, count))
    }
}
