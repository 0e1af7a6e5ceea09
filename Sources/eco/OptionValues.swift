// Values of options, as people write them.
import ArgumentParser
import EcoProtocol
import EcoServer
import Logging
import Support

extension InvalidBytes: ExpressibleByArgument {}

extension Logger.Level: @retroactive ExpressibleByArgument {
    /// In upper or lower case: many programs take INFO.
    public init?(argument: String) { self.init(rawValue: argument.lowercased()) }
}

/// The shortest idle time in whole seconds, `on` for the standard one, or `off`.
struct KeepaliveOption: Quantity, Equatable {
    static let seconds = Double(Keepalive.range.lowerBound)...Double(Keepalive.range.upperBound)

    /// Nil is off.
    let value: Keepalive?

    init?(argument: String) {
        switch argument {
        case "on": value = .standard
        case "off": value = nil
        default:
            guard let seconds = Int(argument), Keepalive.range.contains(seconds) else { return nil }
            value = Keepalive(idleSeconds: seconds)
        }
    }

    static func size(of text: String) -> Double? { Int(text).map(Double.init) }

    static func told(_ range: ClosedRange<Double>) -> String {
        "\(Int(range.lowerBound)) to \(Int(range.upperBound)) seconds, or off"
    }
}

/// A positive number of seconds, whole or not.
struct Seconds: Quantity, Equatable, CustomStringConvertible {
    /// Up to a year.
    static let range = ClosedRange<Double>.aboveZero(to: 365 * 86_400)

    let duration: Duration

    init(_ seconds: Int) { duration = .seconds(seconds) }

    init?(argument: String) {
        guard let seconds = Self.size(of: argument), Self.range.contains(seconds) else { return nil }
        duration = .milliseconds(Int64((seconds * 1000).rounded(.up)))
    }

    static func size(of text: String) -> Double? { TimeValue(text, units: [], implied: .seconds)?.number }

    static func told(_ range: ClosedRange<Double>) -> String {
        let most = Int(range.upperBound)
        return range.isAboveZero
            ? "a number of seconds above 0, \(most) at most" : "\(range.lowerBound) to \(most) seconds"
    }

    /// Whole seconds without a decimal point: `10`, `0.5`.
    var description: String {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? "\(seconds)" : "\(Double(seconds) + Double(attoseconds) / 1e18)"
    }
}

extension SimulatedWork: Quantity {
    /// A nanosecond to an hour: a read has thousands of texts, and the sum of their times must not overflow.
    static let seconds = 1e-9...3600

    private static let units: Set<TimeValue.Unit> = [.seconds, .milliseconds, .microseconds, .nanoseconds]

    /// `none`, `sleep:5ms` or `cpu:200us`; the units are s, ms, us and ns.
    public init?(argument: String) {
        if argument == "none" {
            self = .none
            return
        }
        guard let (kind, time) = Self.parts(argument), Self.seconds.contains(time.seconds) else { return nil }
        let duration = Duration.nanoseconds(Int64(time.nanoseconds.rounded()))
        self = kind == "sleep" ? .sleep(duration) : .cpu(duration)
    }

    static func size(of text: String) -> Double? { parts(text)?.time.seconds }

    static func told(_ range: ClosedRange<Double>) -> String {
        let (least, most) = (range.lowerBound, range.upperBound)
        return "none, or sleep:TIME or cpu:TIME with \(TimeValue.text(seconds: least, units: units)) to "
            + TimeValue.text(seconds: most, units: units)
    }

    private static func parts(_ text: String) -> (kind: Substring, time: TimeValue)? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, ["sleep", "cpu"].contains(parts[0]),
            let time = TimeValue(String(parts[1]), units: units)
        else { return nil }
        return (parts[0], time)
    }
}
