// A random number generator whose whole state is a seed that a test can print.
import FoundationEssentials
import Support

extension SeededRandom {
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
