// A small random number generator whose whole state is a seed that a test can print.

import FoundationEssentials

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// Whether an event of this many in a hundred happens.
    mutating func happens(percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// One of these; there must be some.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &self)]
    }

    /// `ECO_SEED`, or another seed at each run.
    static let seed: UInt64 = {
        guard let text = ProcessInfo.processInfo.environment["ECO_SEED"] else { return .random(in: .min ... .max) }
        guard let seed = UInt64(text) else { preconditionFailure("ECO_SEED=\(text): give a number from 0 to 2^64 - 1") }
        return seed
    }()
}
