// The event loop: waits for readiness, and keeps the time.
public import LinuxIO

/// A single-threaded, level-triggered event loop.
///
/// Its owner drives it, one turn after the other:
///
///     while !loop.isStopped {
///         let count = try loop.wait(until: tick)          // sleeps until something is ready or due, reads the clock
///         for index in 0..<count { … loop.event(index) }  // readiness may be out of date: the token's generation tells
///         loop.eventsAreHandled()
///         while let deadline = loop.popDeadline() { … }
///         tick = …                                        // whatever is batched per turn, coarse timers among it
///         loop.turnIsOver()
///     }
///
/// It sleeps without a timeout when nothing is due.
public struct EventLoop<P: Poller & ~Copyable>: ~Copyable {
    /// The maximum of events per wait.
    private static var eventsPerWait: Int { 1024 }

    private var poller: P
    private let origin: Instant
    /// Whether `stop()` was called.
    public private(set) var isStopped = false

    /// The moment at which this turn began.
    public private(set) var now: Instant
    /// Deadlines accurate to the microsecond; they may be set and cancelled at any time.
    public var deadlines = ExactDeadlines()
    /// The longest time of a turn, without sleep.
    public var longestTurn: Duration { .nanoseconds(longestTurnNanoseconds) }
    private var longestTurnNanoseconds: Int64 = 0
    private var turnBegin: Instant
    /// When the last turn ended: the second and last reading of the clock in a turn.
    private var turnEnd: Instant
    /// When the loop planned to wake up at the latest; nil if only an event was to wake it.
    private var plannedWake: Instant?
    /// The last absence: a time in which the loop could not look at what happened.
    public private(set) var absence: Absence?

    public init() throws(SystemError) {
        let poller = try P(capacity: Self.eventsPerWait)
        let moment = Instant.now
        self.poller = poller
        now = moment
        origin = moment
        turnEnd = moment
        turnBegin = moment
    }

    /// The tenths of a second since the loop was made, counted from 1.
    public var tick: UInt32 { tick(at: now) }

    /// The tick of a moment.
    public func tick(at moment: Instant) -> UInt32 {
        UInt32(clamping: (moment.nanoseconds - origin.nanoseconds) / CoarseTimers.tickNanoseconds + 1)
    }

    /// Reads the clock again, for an owner whose work took long: deadlines that it sets after that are due later.
    public mutating func readClock() { now = .now }

    // MARK: - Interest

    /// Descriptors from this one on cannot be watched.
    public static var descriptorEnd: Int32 { P.descriptorEnd }
    /// The name of its poller, for messages.
    public static var pollerName: String { P.name }

    /// Watches a descriptor. Fails if memory or the kernel's limit on watches is exhausted.
    public mutating func register(_ descriptor: Int32, _ token: Token, interest: Interest) throws(SystemError) {
        try poller.add(descriptor, token, interest)
    }

    /// Changes what a registered descriptor is watched for.
    public mutating func update(_ descriptor: Int32, _ token: Token, interest: Interest) throws(SystemError) {
        try poller.modify(descriptor, token, interest)
    }

    /// Stops watching a descriptor, which stays open. For one that is not registered this may be an error, or nothing.
    public mutating func deregister(_ descriptor: Int32) throws(SystemError) { try poller.remove(descriptor) }

    /// Must be told of each descriptor that may be registered before it is closed.
    @inline(__always)
    public mutating func willClose(_ descriptor: Int32) { poller.willClose(descriptor) }

    // MARK: - Turns

    /// Begins a turn: waits until something is ready or due, and reads the clock. Fails only if the kernel refuses to wait, which is
    /// never caused by the network.
    ///
    /// - Parameter wakeTick: the tick at which the turn is needed at the latest: 0 for at once, `UInt32.max` for never.
    /// - Returns: the number of events.
    public mutating func wait(until wakeTick: UInt32) throws(SystemError) -> Int {
        let count = try poller.wait(nanoseconds: timeoutNanoseconds(wakeTick: wakeTick))
        now = .now
        // It overslept: the process was stopped, or the machine suspended or busy with other processes.
        if let plannedWake { noteAbsence(from: plannedWake, to: now) }
        turnBegin = now
        return count
    }

    /// An event of this turn.
    @inline(__always)
    public func event(_ index: Int) -> (token: Token, readiness: Readiness) { poller.event(index) }

    /// Must be called when the events of a turn are handled: an owner that read the clock again has moved the current moment, and
    /// deadlines that it passed are judged in this turn.
    public mutating func eventsAreHandled() { noteAbsence(from: turnBegin, to: now) }

    /// The id of the next exact deadline that has come.
    public mutating func popDeadline() -> Int? { deadlines.popExpired(now) }

    /// Ends a turn.
    public mutating func turnIsOver() {
        turnEnd = .now
        noteAbsence(from: turnBegin, to: turnEnd)
        longestTurnNanoseconds = max(longestTurnNanoseconds, turnEnd.nanoseconds - turnBegin.nanoseconds)
    }

    /// Makes its owner stop.
    public mutating func stop() { isStopped = true }

    /// Notes a time in which the loop did not look, if it was long enough to be an absence.
    private mutating func noteAbsence(from: Instant, to: Instant) {
        guard let absence = Absence(from: from, to: to) else { return }
        // Consecutive long turns are one absence.
        let isSame = self.absence.map { from <= $0.to } ?? false
        self.absence = isSame ? Absence(from: min(from, self.absence!.from), to: to) : absence
    }

    /// How long to sleep: negative for ever, 0 not at all.
    private mutating func timeoutNanoseconds(wakeTick: UInt32) -> Int64 {
        plannedWake = turnEnd
        if wakeTick == 0 { return 0 }
        if wakeTick == .max, deadlines.next == nil {
            plannedWake = nil
            return -1
        }
        var until = Int64.max
        if wakeTick != .max {
            until = origin.nanoseconds + Int64(wakeTick - 1) * CoarseTimers.tickNanoseconds
        }
        if let next = deadlines.next { until = min(until, next.nanoseconds) }
        until = max(until, turnEnd.nanoseconds)
        plannedWake = Instant(nanoseconds: until)
        return until - turnEnd.nanoseconds
    }
}
