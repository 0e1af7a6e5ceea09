// Times as people read them.
import LinuxIO

/// A time in three digits with the unit that suits it: `63.2 us`, `1.04 ms`, `2.00 s`.
public struct TimeText: CustomStringConvertible, Sendable {
    public let description: String

    /// - Parameter nanoseconds: 0 or more.
    public init(_ nanoseconds: UInt64) {
        let value = Double(nanoseconds)
        switch nanoseconds {
        case 0..<999_500: description = Self.digits(value / 1e3) + " us"
        case 0..<999_500_000: description = Self.digits(value / 1e6) + " ms"
        default: description = Self.digits(value / 1e9) + " s"
        }
    }

    /// - Parameter seconds: below 0 it counts as 0.
    public init(seconds: Double) { self.init(UInt64(min(max(0, seconds), 1e9) * 1e9)) }

    /// Three significant digits.
    public static func digits(_ value: Double) -> String {
        guard value.isFinite, value >= 0, value < 1e15 else { return "?" }
        let places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
        let factor = places == 2 ? 100.0 : places == 1 ? 10.0 : 1.0
        let scaled = Int((value * factor).rounded())
        if places == 0 { return "\(scaled)" }
        let fraction = scaled % Int(factor)
        return "\(scaled / Int(factor)).\(places == 2 && fraction < 10 ? "0" : "")\(fraction)"
    }
}

extension Duration {
    /// In a word or two, with the unit that suits it: `0.06 ms`, `300 ms`, `3.4 s`, `12 s`.
    public var short: String {
        let isShort = self < .seconds(1)
        let value = isShort ? seconds * 1e3 : seconds
        let number = value < 10 ? "\((value * 100).rounded() / 100)" : "\(Int(value.rounded()))"
        return "\(number) \(isShort ? "ms" : "s")"
    }
}
