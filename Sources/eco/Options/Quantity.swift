// Values that have a size, so that they can be out of range.
import ArgumentParser

/// A value that is a number in a notation of its own: a time, a rate, a moment. The option's row has its range.
protocol Quantity: ExpressibleByArgument, Sendable {
    /// The size of what a text stands for, in range or not; nil if it stands for no number.
    static func size(of text: String) -> Double?
    /// A range as the words after "give".
    static func told(_ range: ClosedRange<Double>) -> String
}

extension ClosedRange<Double> {
    /// Everything above 0, up to this.
    static func aboveZero(to most: Double) -> Self { .leastNonzeroMagnitude...most }

    var isAboveZero: Bool { lowerBound == .leastNonzeroMagnitude }
}
