// How long a server may be silent.
import LinuxIO
import ServerHarness

/// The limits on silence and on a case. They grow with the measured round trip, since distance is not silence, and are scaled by
/// `--patience`.
///
/// Only silence counts, not work: the checker looks at short intervals and counts no more than the interval each time, so that a checker
/// or a machine that stood still does not blame the server.
public struct Patience: Sendable {
    /// The value of `--patience`.
    public let factor: Double
    /// From a text to its answer; nil until it is measured.
    public var roundTrip: Duration?
    /// From the connection to the greeting; nil until it is measured.
    public var greeting: Duration?
    /// The time spent so far on waits in which nothing came, of each kind.
    private var spent: [Awaited: Duration] = [:]

    /// What a client waits for. A server that is slow with one kind need not be slow with the other.
    enum Awaited { case greeting, answer }

    /// The most silence that one look at the clock can add.
    static let look = Duration.milliseconds(50)
    /// After this much waiting in which nothing came, the server counts as silent for that kind, and gets less time.
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

    /// How long the first greeting and the first answer may take, before the distance to the server is known.
    var firstLimit: Duration { ServerUnderTest.Limits(factor: factor).first }

    /// Set once the server was silent for the whole time of the first client. The other clients give it the least time.
    var isMute = false

    /// How long nothing must happen before nothing more is expected.
    var quiet: Duration { (.milliseconds(60) + (roundTrip ?? .zero) * 5) * factor }

    /// How long a case goes on repeating its steps: three seconds, times the factor, and a hundred round trips.
    var repeatLimit: Duration {
        let own = Duration.seconds(3) * factor
        return (isSlow ? own / 6 : own) + (roundTrip ?? .zero) * 100
    }

    /// How long a case may take in total, even if bytes keep coming: the last repetition gets its time too.
    var caseLimit: Duration { repeatLimit * 2 }

    /// Set once an answer did not end in the whole time of a case, so that a server that sends byte by byte is given less time.
    var isSlow = false

    /// How long a server may take to start, and to end.
    var startLimit: Duration { ServerUnderTest.Limits(factor: factor).start }

    /// Notes time spent on a wait in which nothing came.
    mutating func spend(_ duration: Duration, on awaited: Awaited) { spent[awaited, default: .zero] += duration }
}
