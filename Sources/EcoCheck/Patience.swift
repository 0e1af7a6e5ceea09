// How long a server may be silent.
import LinuxIO
import ServerHarness

/// The limits on silence and on a case: they grow with the round trip that was measured, since distance is not silence, and are
/// scaled by what the caller asks for.
///
/// Only silence counts, not work: whoever waits looks every so often, and counts no more than that for each look, so that a
/// checker or a machine that was held up does not blame the server.
public struct Patience: Sendable {
    /// What `--patience` says.
    public let factor: Double
    /// From a text to its answer; nil until it is measured.
    public var roundTrip: Duration?
    /// From being connected to the greeting; nil until it is measured.
    public var greeting: Duration?
    /// What was waited for in vain so far, of each kind.
    private var spent: [Awaited: Duration] = [:]

    /// What a client waits for: who is slow with the one need not be so with the other.
    enum Awaited { case greeting, answer }

    /// One look at the clock counts for this much silence at most.
    static let look = Duration.milliseconds(50)
    /// Once so much of a kind was waited in vain, the server is known to be silent there, and is given less.
    private static let budget = Duration.seconds(2)

    public init(factor: Double) { self.factor = factor }

    /// How long an answer may take: half a second and twenty round trips, times the factor.
    var limit: Duration { limit(for: .answer) }

    func limit(for awaited: Awaited) -> Duration {
        let usual = awaited == .greeting ? max(roundTrip ?? .zero, greeting ?? .zero) : roundTrip ?? .zero
        let isSpent = spent[awaited, default: .zero] >= Self.budget * factor / 2
        let own: Duration = isMute ? .milliseconds(50) : isSpent ? .milliseconds(100) : .milliseconds(500)
        return (own + usual * 20) * factor
    }

    /// How long the first greeting and the first answer may take, while nobody knows how far away the server is.
    var firstLimit: Duration { ServerUnderTest.Limits(factor: factor).first }

    /// Set once a server has said nothing at all in all the time that the first client gave it: the others give it the least.
    var isMute = false

    /// How long nothing must happen until it is believed that nothing will.
    var quiet: Duration { (.milliseconds(60) + (roundTrip ?? .zero) * 5) * factor }

    /// How long a case goes on to begin what it does again and again: three seconds, times the factor, and a hundred round trips.
    var repeatLimit: Duration {
        let own = Duration.seconds(3) * factor
        return (isSlow ? own / 6 : own) + (roundTrip ?? .zero) * 100
    }

    /// How long a case may take in all, though bytes come all the while: what was begun last has its time too.
    var caseLimit: Duration { repeatLimit * 2 }

    /// Set once an answer has not come to its end in all the time of a case: who sends bit by bit is done with soon.
    var isSlow = false

    /// How long a server may take to start, and to end.
    var startLimit: Duration { ServerUnderTest.Limits(factor: factor).start }

    /// Notes what was waited in vain.
    mutating func spend(_ duration: Duration, on awaited: Awaited) { spent[awaited, default: .zero] += duration }
}
