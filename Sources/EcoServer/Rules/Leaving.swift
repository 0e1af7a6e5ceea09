// How a server leaves: the requests, the time that it may take, and the outcome.
internal import LinuxIO
internal import Reactor

/// The phases of leaving. A value without I/O: its owner passes it requests and the time, and does what it returns.
struct Leaving: Sendable {
    /// What to do about a request or a signal.
    enum Order: Equatable {
        case nothing
        /// Begin to leave.
        case leave
        /// Leave at once, whatever is lost; the signal, if it came as one.
        case quit(Signal?)
        /// Report the counters; the process that asked for them, if it is known.
        case report(Int32?)
    }

    /// How far a server has got.
    enum Phase: UInt8, Sendable {
        case serving
        /// What has been received is answered, then every client's connection ends.
        case leaving
        /// Serving has ended: the clients that are left are cut off.
        case over
    }

    /// How long a server whose time is over goes on for clients that did something while it was absent.
    private static let lastLook = Duration.milliseconds(100)

    private let timeout: Duration
    private let backlog: Int
    /// How many clients of the backlogs are still to be accepted.
    private var backlogLeft = 0
    private var requests = LeaveRequests()
    private(set) var phase = Phase.serving
    /// When leaving has to be over; nil before it begins.
    private(set) var deadline: Instant?
    /// The deadline was postponed because it came during an absence; and once more, for a last look.
    private var excuse = Excuse()
    private var lastExcuse = Excuse()
    /// Clients that were closed with undelivered answers since leaving began.
    private var lost = 0
    /// Every listener has died: no client can connect any more.
    private var hasLostListeners = false
    /// How serving ended, once it is over.
    private var end: ServerOutcome?

    init(_ configuration: ServerConfiguration, _ limits: ServerLimits) {
        timeout = configuration.drainTimeout
        backlog = limits.backlog
    }

    /// The server is leaving, or has left.
    var hasBegun: Bool { phase != .serving }

    // MARK: - What is asked

    /// - Parameter moment: when the signal was read; signals that were pending together are read at the same moment.
    mutating func order(of arrival: SignalArrival, at moment: Instant) -> Order {
        switch arrival.signal {
        case .terminate, .interrupt, .hangUp: orderToLeave(arrival.signal, at: moment)
        case .report: .report(arrival.sender)
        case .kick, .quit, .brokenPipe: .nothing
        }
    }

    mutating func order(of request: ServerControl.Request, at moment: Instant) -> Order {
        switch request {
        case .drain: orderToLeave(nil, at: moment)
        case .quit: .quit(nil)
        case .report: .report(nil)
        }
    }

    /// The last listener has died: no client can connect any more, so the server has to leave, unless it does already.
    mutating func loseListeners() -> Order {
        guard !hasBegun else { return .nothing }
        hasLostListeners = true
        return .leave
    }

    /// A second request leaves at once, unless it is only an echo of the first.
    private mutating func orderToLeave(_ signal: Signal?, at moment: Instant) -> Order {
        switch requests.take(at: moment) {
        // It may already be leaving, after all listeners died.
        case .first: hasBegun ? .nothing : .leave
        case .echo: .nothing
        case .again: .quit(signal)
        }
    }

    // MARK: - Its course

    /// Begins to leave.
    ///
    /// - Parameter listeners: how many there are now; each has a backlog of its own.
    mutating func begin(at now: Instant, listeners: Int) {
        precondition(!hasBegun, "a server leaves once")
        phase = .leaving
        deadline = now + timeout
        // The kernel holds one more than requested.
        backlogLeft = (backlog + 1) * listeners
    }

    /// Notes that so many clients were accepted, or could have been.
    mutating func takeFromBacklog(_ clients: Int) { backlogLeft -= clients }

    /// Whether all clients that had come when leaving began were accepted: those that wait now have come later.
    var hasTakenBacklog: Bool { backlogLeft <= 0 }

    /// Notes that a client was closed without all of its answers, through no fault of its own.
    mutating func noteLoss() { if hasBegun { lost += 1 } }

    /// Whether the time is over, once its deadline has come. If it came during an absence, the time starts again, once; if the second
    /// deadline also comes during an absence, there is time for one more look at what has arrived meanwhile.
    mutating func judgeDeadline(at now: Instant, _ absence: Absence?) -> Bool {
        guard let deadline, now >= deadline else { return false }
        let wasAbsent = absence?.covers(deadline) ?? false
        if excuse.take(wasAbsent: wasAbsent) {
            self.deadline = now + timeout
        } else if lastExcuse.take(wasAbsent: wasAbsent) {
            self.deadline = now + Self.lastLook
        } else {
            return true
        }
        return false
    }

    // MARK: - Its end

    /// Ends serving at once.
    mutating func quit(by signal: Signal?) { finish(with: .quit(signal)) }

    /// Ends serving, and returns the outcome. The first outcome stands.
    @discardableResult
    mutating func finish(clientsLeft: Int, hasBacklog: Bool) -> ServerOutcome {
        finish(with: outcome(clientsLeft: clientsLeft, hasBacklog: hasBacklog))
    }

    @discardableResult
    private mutating func finish(with outcome: ServerOutcome) -> ServerOutcome {
        phase = .over
        let first = end ?? outcome
        end = first
        return first
    }

    /// The outcome, with this many clients left. Clients in the backlog were never greeted: then the exit is not clean either.
    func outcome(clientsLeft: Int, hasBacklog: Bool) -> ServerOutcome {
        let cut = clientsLeft + lost
        if hasLostListeners { return .listenersDied(cut: cut) }
        return cut == 0 && !hasBacklog ? .drained : .cut(clients: cut)
    }
}
