// Measured values, and what they say about the distribution.

/// A sample: its mean and its variance. Pure arithmetic.
public struct Sample: Sendable {
    public let count: Int
    public let mean: Double
    /// The unbiased estimate; 0 for a single value.
    public let variance: Double

    /// - Parameter values: nil if there are none.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        count = values.count
        self.mean = mean
        variance =
            values.count > 1
            ? values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1) : 0
    }

    /// How far the mean may be off by chance, with this confidence: Student's interval extends this far to both sides of the mean. Infinite
    /// for a single value.
    ///
    /// - Parameter leastDeviation: values are assumed to differ by at least this much.
    public func margin(confidence: Double, leastDeviation: Double = 0) -> Double {
        guard count > 1 else { return .infinity }
        let deviation = max(variance.squareRoot(), leastDeviation)
        return StudentT.quantile(confidence: confidence, freedom: Double(count - 1)) * deviation
            / Double(count).squareRoot()
    }

    /// How far the difference of two means may be off by chance, whatever their variances: Welch's interval. Infinite if one of them
    /// has a single value.
    public static func margin(ofDifference left: Self, _ right: Self, confidence: Double) -> Double {
        guard left.count > 1, right.count > 1 else { return .infinity }
        let (a, b) = (left.variance / Double(left.count), right.variance / Double(right.count))
        let error = (a + b).squareRoot()
        let freedom =
            error > 0
            ? (a + b) * (a + b) / (a * a / Double(left.count - 1) + b * b / Double(right.count - 1)) : Double.infinity
        return StudentT.quantile(confidence: confidence, freedom: freedom) * error
    }
}
