// Medians and quartiles.

/// Values in order. For an even number, the upper one of the middle two counts as the median, so that it is a measured value.
public struct OrderStatistics<Value: Comparable> {
    private let sorted: [Value]

    /// - Parameter values: nil if there are none.
    public init?(_ values: [Value]) {
        guard !values.isEmpty else { return nil }
        sorted = values.sorted()
    }

    public var median: Value { sorted[sorted.count / 2] }
    public var lowerQuartile: Value { sorted[sorted.count / 4] }
    public var upperQuartile: Value { sorted[sorted.count * 3 / 4] }
    public var largest: Value { sorted[sorted.count - 1] }
}
