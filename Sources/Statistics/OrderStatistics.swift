// Medians and quartiles.

/// Some values by their order. Of an even number the upper one of the middle two counts as the median: it is one that was measured.
public struct OrderStatistics<Value: Comparable> {
    private let sorted: [Value]

    /// - Parameter values: nil without any.
    public init?(_ values: [Value]) {
        guard !values.isEmpty else { return nil }
        sorted = values.sorted()
    }

    public var median: Value { sorted[sorted.count / 2] }
    public var lowerQuartile: Value { sorted[sorted.count / 4] }
    public var upperQuartile: Value { sorted[sorted.count * 3 / 4] }
    public var largest: Value { sorted[sorted.count - 1] }
}
