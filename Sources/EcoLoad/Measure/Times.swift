// Histograms of times.
import Histogram

/// Counts of times in nanoseconds, exact to three digits from 100 ns to 100 s: an HDR histogram.
public struct Times: Sendable, Equatable {
    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: 100, highestTrackableValue: longest, numberOfSignificantValueDigits: .three)

    /// A longer time counts as this.
    public static let longest: UInt64 = 100_000_000_000

    public init() {}

    /// Counts a time, in nanoseconds, once or several times.
    @inline(__always)
    mutating func note(_ nanoseconds: Int64, count: Int = 1) {
        histogram.record(Swift.min(UInt64(clamping: nanoseconds), Self.longest), count: UInt64(count))
    }

    /// Adds the counts of another, without loss.
    public mutating func add(_ other: Self) { histogram.add(other.histogram) }

    /// Both together; nil if there is neither.
    static func sum(_ left: Self?, _ right: Self?) -> Self? {
        guard var sum = left else { return right }
        if let right { sum.add(right) }
        return sum
    }

    mutating func reset() { histogram.reset() }

    public var count: Int { Int(histogram.totalCount) }
    public var min: UInt64 { count == 0 ? 0 : histogram.min }
    public var max: UInt64 { histogram.maxRecorded }
    public var mean: Double { histogram.mean }

    /// The time in nanoseconds that this percentage does not exceed; 0 if there is none.
    public func percentile(_ percent: Double) -> UInt64 { histogram.valueAtPercentile(percent) }

    /// The percentile distribution in the text format of HdrHistogram's tools, in milliseconds.
    public var distribution: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1e6)
        return text
    }
}

extension Times: Codable {
    private enum CodingKeys: String, CodingKey { case count, min, p50, p90, p99, p999, max, mean, values }

    /// Reads `values`, and of the other fields only the least and the greatest, which replace those of their buckets.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let values = try container.decode([[UInt64]].self, forKey: .values)
        let (least, greatest) = (
            try container.decode(UInt64.self, forKey: .min), try container.decode(UInt64.self, forKey: .max)
        )
        for (index, pair) in values.enumerated() {
            guard pair.count == 2, (1...1_000_000_000_000).contains(pair[1]), least <= greatest,
                greatest <= Self.longest
            else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath, debugDescription: "values are pairs of nanoseconds and a count")
                )
            }
            var count = pair[1]
            if index == 0 {
                histogram.record(least, count: 1)
                count -= 1
            }
            if index == values.count - 1, count > 0 {
                histogram.record(greatest, count: 1)
                count -= 1
            }
            if count > 0 { histogram.record(Swift.min(pair[0], greatest), count: count) }
        }
    }

    /// Writes every value that occurs with its count, so that nothing is lost, and the usual percentiles, which are null if there are no
    /// values.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        func known<Value>(_ value: Value) -> Value? { count > 0 ? value : nil }
        try values.encode(count, forKey: .count)
        try values.encode(min, forKey: .min)
        try values.encode(known(percentile(50)), forKey: .p50)
        try values.encode(known(percentile(90)), forKey: .p90)
        try values.encode(known(percentile(99)), forKey: .p99)
        try values.encode(known(percentile(99.9)), forKey: .p999)
        try values.encode(max, forKey: .max)
        try values.encode(known(mean), forKey: .mean)
        try values.encode(histogram.recordedValues().map { [$0.value, $0.count] }, forKey: .values)
    }
}
