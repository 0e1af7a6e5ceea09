// The event loop: waits for readiness, tells the handler, keeps the time.
public import LinuxIO

/// What a descriptor is watched for.
public typealias Interest = EpollEvents
/// What a descriptor is ready for.
public typealias Readiness = EpollEvents

/// Whom an event loop tells what happened. All calls come from the loop's thread, one at a time.
public protocol EventHandler: ~Copyable {
    /// A descriptor is ready. The readiness may be out of date: the token's generation tells whether its owner still is
    /// there, and a call that would block is an outcome like any other.
    mutating func ready(_ token: Token, _ readiness: Readiness, loop: inout EventLoop)

    /// An exact deadline has come.
    mutating func deadlineReached(_ number: Int, loop: inout EventLoop)

    /// The events of a turn have been handled; whatever is batched per turn is done here, coarse timers among it.
    ///
    /// - Returns: the tick at which the next turn is needed at the latest: 0 for at once, `UInt32.max` for never.
    mutating func turnEnded(loop: inout EventLoop) -> UInt32
}

/// A single-threaded, level-triggered event loop.
///
/// One turn: sleep until something is ready or due, read the clock, tell the handler of each event, then of each deadline,
/// then of the end of the turn. It sleeps without a timeout when nothing is due.
public struct EventLoop: ~Copyable {
    private let epoll: Epoll
    /// One wait brings at most so many events. The kernel goes round among those that are ready, so that none starves.
    private let events = EpollEventList(capacity: 1024)
    private let origin: Instant
    private var isStopped = false

    /// The moment at which this turn began.
    public private(set) var now: Instant
    /// Deadlines to the microsecond; may be set and cancelled at any time.
    public var deadlines = ExactDeadlines()
    /// The longest time that a turn has taken, sleep aside.
    public var longestTurn: Duration { .nanoseconds(longestTurnNanoseconds) }
    private var longestTurnNanoseconds: Int64 = 0
    /// When the last turn ended: the second and last reading of the clock in a turn.
    private var turnEnd: Instant
    /// When the loop meant to wake up at the latest; nil if only an event was to wake it.
    private var plannedWake: Instant?
    /// The last time in which the loop could not look at what happened, until the next one.
    public private(set) var absence: Absence?

    public init() throws(SystemError) {
        epoll = try Epoll()
        now = .now
        origin = now
        turnEnd = now
    }

    /// The tenths of a second since the loop was made, counted from 1.
    public var tick: UInt32 { tick(at: now) }

    /// The tick of a moment.
    public func tick(at moment: Instant) -> UInt32 {
        UInt32(clamping: (moment.nanoseconds - origin.nanoseconds) / CoarseTimers.tickNanoseconds + 1)
    }

    /// Reads the clock anew, for a handler whose call took long: what it sets from here on is due later.
    public mutating func readClock() { now = .now }

    // MARK: - Interest

    /// Watches a descriptor. Fails when memory or `max_user_watches` is exhausted.
    public func register(_ number: Int32, _ token: Token, interest: Interest) throws(SystemError) {
        try epoll.add(number, events: interest, data: token.rawValue)
    }

    /// Changes what a registered descriptor is watched for.
    public func update(_ number: Int32, _ token: Token, interest: Interest) throws(SystemError) {
        try epoll.modify(number, events: interest, data: token.rawValue)
    }

    /// Watches a descriptor no longer. Needed only if it stays open: closing does the same.
    public func deregister(_ number: Int32) throws(SystemError) { try epoll.remove(number) }

    // MARK: - Turns

    /// Runs until `stop()`. Fails only if the kernel refuses to wait, which is no state of the network.
    public mutating func run<Handler: EventHandler & ~Copyable>(_ handler: inout Handler) throws(SystemError) {
        isStopped = false
        var wakeTick = handler.turnEnded(loop: &self)
        while !isStopped { wakeTick = try turn(&handler, wakeTick: wakeTick) }
    }

    /// Lets `run` return after the handler's present call.
    public mutating func stop() { isStopped = true }

    /// One turn; returns when the next is needed at the latest.
    private mutating func turn<Handler: EventHandler & ~Copyable>(
        _ handler: inout Handler, wakeTick: UInt32
    ) throws(SystemError) -> UInt32 {
        let count = try epoll.wait(events, timeoutNanoseconds: timeoutNanoseconds(wakeTick: wakeTick))
        now = .now
        // It overslept: the process was stopped, the machine suspended, or busy with others.
        if let plannedWake { noteAbsence(from: plannedWake, to: now) }
        let turnBegin = now
        for index in 0..<count {
            let event = events[index]
            handler.ready(Token(rawValue: event.data), event.events, loop: &self)
            if isStopped { return 0 }
        }
        // A handler that read the clock anew has moved the moment, and what it moved past is judged in this very turn.
        noteAbsence(from: turnBegin, to: now)
        while let number = deadlines.popExpired(now) {
            handler.deadlineReached(number, loop: &self)
            if isStopped { return 0 }
        }
        let next = handler.turnEnded(loop: &self)
        turnEnd = .now
        noteAbsence(from: turnBegin, to: turnEnd)
        longestTurnNanoseconds = max(longestTurnNanoseconds, turnEnd.nanoseconds - turnBegin.nanoseconds)
        return next
    }

    /// Notes a time in which the loop did not look, if it was long enough to count.
    private mutating func noteAbsence(from: Instant, to: Instant) {
        guard to.nanoseconds - from.nanoseconds > CoarseTimers.tickNanoseconds else { return }
        // One long turn after the other is one absence.
        let isSame = absence.map { from <= $0.to } ?? false
        absence = Absence(from: isSame ? min(from, absence!.from) : from, to: to)
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
