// How long a server may be silent.
import LinuxIO

/// The limits on silence: scaled by the round trip that was measured, and by what the caller asks for.
///
/// Only silence counts, not work: whoever waits looks every so often, and counts no more than that for each look, so that a
/// checker or a machine that was held up does not blame the server.
public struct Patience: Sendable {
    /// What `--patience` says.
    public let factor: Double
    /// From a text to its answer; nil until it is measured.
    public var roundTrip: Duration?
    /// What was waited for in vain so far.
    private(set) var spent = Duration.zero

    /// One look at the clock counts for this much silence at most.
    static let look = Duration.milliseconds(50)
    /// Once so much was waited in vain, the server is known to be silent where it should speak, and is given less.
    private static let budget = Duration.seconds(3)

    public init(factor: Double) { self.factor = factor }

    /// How long an answer may take: half a second and twenty round trips, times the factor.
    var limit: Duration { scaled(spent < Self.budget * factor / 2 ? .milliseconds(500) : .milliseconds(100)) }

    /// How long nothing must happen until it is believed that nothing will.
    var quiet: Duration { scaled(.milliseconds(60)) }

    /// How long one wait may take, though bytes come all the while.
    var caseLimit: Duration { .seconds(3) * factor }

    /// How long a server may take to start, and to end.
    var startLimit: Duration { .seconds(5) * factor }

    private func scaled(_ base: Duration) -> Duration { (base + (roundTrip ?? .zero) * 20) * factor }

    /// Notes what was waited in vain.
    mutating func spend(_ duration: Duration) { spent += duration }
}
