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
struct KeepaliveOption: ExpressibleByArgument, Equatable {
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
}

/// A positive number of seconds, whole or not, at most a year.
struct Seconds: ExpressibleByArgument, Equatable, CustomStringConvertible {
    let duration: Duration

    init(_ seconds: Int) { duration = .seconds(seconds) }

    init?(argument: String) {
        guard let seconds = TimeValue(argument, units: [], implied: .seconds)?.number, seconds > 0,
            seconds <= 31_536_000
        else { return nil }
        duration = .milliseconds(Int64((seconds * 1000).rounded(.up)))
    }

    /// Whole seconds without a decimal point: `10`, `0.5`.
    var description: String {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? "\(seconds)" : "\(Double(seconds) + Double(attoseconds) / 1e18)"
    }
}

extension SimulatedWork: ExpressibleByArgument {
    /// `none`, `sleep:5ms` or `cpu:200us`; the units are s, ms, us and ns.
    public init?(argument: String) {
        if argument == "none" {
            self = .none
            return
        }
        let parts = argument.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let duration = Self.duration(String(parts[1])) else { return nil }
        switch parts[0] {
        case "sleep": self = .sleep(duration)
        case "cpu": self = .cpu(duration)
        default: return nil
        }
    }

    private static func duration(_ text: String) -> Duration? {
        let units: Set<TimeValue.Unit> = [.seconds, .milliseconds, .microseconds, .nanoseconds]
        // A read has thousands of texts; the sum of their times must not overflow.
        guard let time = TimeValue(text, units: units), time.nanoseconds >= 1, time.seconds <= 3600 else { return nil }
        return .nanoseconds(Int64(time.nanoseconds.rounded()))
    }
}
