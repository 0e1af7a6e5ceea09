// All that is measured of a load.

/// All that a thread measures.
struct Measurements: Sendable {
    /// From the planned moment of sending to the answer, and from the actual one.
    var planned = Times()
    var actual = Times()
    /// How late the generator itself sent messages.
    var lateness = Times()
    /// For messages that were in flight while the generator did not run: how much of their time that may be.
    var paused = Times()
    var connecting = Times()
    var greeting = Times()

    /// Messages answered in the window, and those that were planned in it.
    var answered = 0
    var plannedCount = 0
    /// Open loop: messages of the window that had to wait until a client had room for them.
    var waited = 0
    /// How many still waited at its end.
    var waitedAtEnd = 0
    /// Messages of the window that were not answered.
    var unanswered = 0
    /// How long messages had waited that were in flight when the run was ended early.
    var givenUp = Times()
    var bytesOut = 0
    var bytesIn = 0

    var ledger = Ledger()
    var fairness = Fairness()
    var firstWrongByte: WrongByte?
    /// The actual length of the window.
    var windowSeconds = 0.0
    /// What the thread used in the window, and for how long the thread did not run.
    var use = ThreadUse()
    var pauseNanoseconds: Int64 = 0
    /// One entry per second.
    var series: [SecondSample] = []
}

/// One second of a run.
public struct SecondSample: Sendable, Codable, Equatable {
    /// From the window's beginning; those of the warm-up are below 0.
    public var second: Int
    /// Answers that came in it, and percentiles of their times from the planned moment of sending, in nanoseconds.
    public var messages = 0
    public var p50: UInt64 = 0
    public var p99: UInt64 = 0
    public var max: UInt64 = 0
    /// Clients that were connected at its end, and connections that had gone wrong by then.
    public var clients = 0
    public var errors = 0

    init(second: Int) { self.second = second }

    /// Takes the percentiles of the second's histogram.
    mutating func take(_ times: Times) {
        messages = times.count
        guard messages > 0 else { return }
        (p50, p99, max) = (times.percentile(50), times.percentile(99), times.max)
    }
}

extension Measurements {
    /// Adds another thread's.
    mutating func merge(_ other: Self) {
        planned.add(other.planned)
        actual.add(other.actual)
        lateness.add(other.lateness)
        paused.add(other.paused)
        connecting.add(other.connecting)
        greeting.add(other.greeting)
        answered += other.answered
        plannedCount += other.plannedCount
        waited += other.waited
        waitedAtEnd += other.waitedAtEnd
        unanswered += other.unanswered
        givenUp.add(other.givenUp)
        bytesOut += other.bytesOut
        bytesIn += other.bytesIn
        ledger += other.ledger
        fairness += other.fairness
        firstWrongByte = firstWrongByte ?? other.firstWrongByte
        series = SecondSample.merged(series, other.series)
        windowSeconds = max(windowSeconds, other.windowSeconds)
        use += other.use
        pauseNanoseconds = max(pauseNanoseconds, other.pauseNanoseconds)
    }
}
