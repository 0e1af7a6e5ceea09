// Reproducible random numbers.

/// SplitMix64 (Steele, Lea, Flood 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private static var step: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mix(state)
    }

    /// The nth number, from 1, of the sequence from seed 0, without those before it: near ns have unlike numbers.
    public static func nth(_ n: UInt64) -> UInt64 { mix(n &* step) }

    /// A pseudorandom number that is a function of another.
    public static func mix(_ number: UInt64) -> UInt64 {
        var z = number
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
