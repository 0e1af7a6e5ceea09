// Times as people write them.

/// A number with a unit of time: `10s`, `500ms`, `1.5m`.
public struct TimeValue: Sendable, Equatable {
    /// All units; each option says which of them it takes.
    public enum Unit: String, Sendable, CaseIterable {
        // In an order in which no unit is a suffix of a later one.
        case nanoseconds = "ns"
        case microseconds = "us"
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "m"
        case hours = "h"

        var seconds: Double {
            switch self {
            case .nanoseconds: 1e-9
            case .microseconds: 1e-6
            case .milliseconds: 1e-3
            case .seconds: 1
            case .minutes: 60
            case .hours: 3600
            }
        }

        var nanoseconds: Double {
            switch self {
            case .nanoseconds: 1
            case .microseconds: 1e3
            case .milliseconds: 1e6
            case .seconds, .minutes, .hours: seconds * 1e9
            }
        }
    }

    /// Finite, and 0 or more.
    public let number: Double
    public let unit: Unit

    /// - Parameters:
    ///   - text: nil if it is not a time; nothing may stand before, after or between number and unit.
    ///   - units: those that may be given.
    ///   - implied: the unit of a number without one; nil if a unit is required.
    public init?(_ text: String, units: Set<Unit>, implied: Unit? = nil) {
        let given = Unit.allCases.first { units.contains($0) && text.hasSuffix($0.rawValue) }
        guard let unit = given ?? implied, let number = Double(text.dropLast(given?.rawValue.count ?? 0)),
            number.isFinite, number >= 0
        else { return nil }
        (self.number, self.unit) = (number, unit)
    }

    public var seconds: Double { number * unit.seconds }
    public var nanoseconds: Double { number * unit.nanoseconds }

    /// How a time is written: in the largest of the units of which it is a whole number, like `500ms` or `2m`; `0` has no unit.
    public static func text(seconds: Double, units: Set<Unit>) -> String {
        if seconds == 0 { return "0" }
        for unit in Unit.allCases.reversed() where units.contains(unit) {
            let number = seconds / unit.seconds
            // What is a whole number may have lost its last digits.
            let whole = number.rounded()
            if (1..<1e15).contains(whole), abs(number - whole) < 1e-6 * whole { return "\(Int(whole))\(unit.rawValue)" }
        }
        return "\(seconds)s"
    }
}
