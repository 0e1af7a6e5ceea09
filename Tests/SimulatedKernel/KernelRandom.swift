// Random decisions that a seed repeats.
import Support

/// What a simulated world decides by chance.
public struct KernelRandom: RandomNumberGenerator, Sendable {
    private var numbers: SeededRandom

    public init(seed: UInt64) { numbers = SeededRandom(seed: seed) }

    public mutating func next() -> UInt64 { numbers.next() }

    /// True in so many of a thousand cases.
    public mutating func happens(perMille: Int) -> Bool { perMille > 0 && Int(next() % 1000) < perMille }

    /// A number of the range, all equally likely.
    public mutating func pick(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// One of the values.
    public mutating func pick<T>(_ values: [T]) -> T { values[Int(next() % UInt64(values.count))] }
}
