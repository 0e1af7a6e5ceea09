// How a server leaves: who asks it to, how long it takes, and how it went.
internal import LinuxIO
internal import Reactor

/// The phases of leaving. A value without I/O: whoever owns it tells it what was asked and what time it is, and does what it says.
struct Leaving: Sendable {
    /// What is to be done about a request or a signal.
    enum Order: Equatable {
        case nothing
        /// Begin to leave.
        case leave
        /// Leave at once, whatever is lost; the signal that asked for it, if one did.
        case quit(Signal?)
        /// Tell the counters; the process that asked for them, if it is known.
        case report(Int32?)
    }

    /// How long a server whose time is over goes on for those who did something while it was away.
    private static let lastLook = Duration.milliseconds(100)

    private let timeout: Duration
    private var requests = LeaveRequests()
    /// What has been received is answered, then every client's connection ends.
    private(set) var hasBegun = false
    /// When leaving has to be over; nil while it has not begun.
    private(set) var deadline: Instant?
    /// How often that came while nobody looked, and was put off.
    private var excuses = 0
    /// Clients that were closed with answers undelivered since leaving began.
    private var lost = 0
    /// Every listener has died: nobody can come any more.
    private(set) var hasLostListeners = false

    init(_ configuration: ServerConfiguration) { timeout = configuration.drainTimeout }

    // MARK: - What is asked

    /// - Parameter moment: when the signal was taken; those that were pending together are taken at the same moment.
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

    /// A second request leaves at once, unless it is the first once more.
    private mutating func orderToLeave(_ signal: Signal?, at moment: Instant) -> Order {
        switch requests.take(at: moment) {
        // It may leave already, without listeners.
        case .first: hasBegun ? .nothing : .leave
        case .echo: .nothing
        case .again: .quit(signal)
        }
    }

    // MARK: - Its course

    /// Begins to leave.
    mutating func begin(at now: Instant) {
        precondition(!hasBegun, "a server leaves once")
        hasBegun = true
        deadline = now + timeout
    }

    /// Notes that the last listener has died: the server has to leave.
    mutating func loseListeners() { hasLostListeners = true }

    /// Notes that a client was closed that has not got all its answers, and that this is not its own doing.
    mutating func noteLoss() { if hasBegun { lost += 1 } }

    /// Whether the time is over, now that its deadline has come. If that came while nobody looked, it begins anew, once; if
    /// that end does so too, there is time for one more look at what has come meanwhile.
    mutating func isTimeUp(at now: Instant, _ absence: Absence?) -> Bool {
        guard let deadline, now >= deadline else { return false }
        guard excuses < 2, absence?.covers(deadline) ?? false else { return true }
        excuses += 1
        self.deadline = now + (excuses == 1 ? timeout : Self.lastLook)
        return false
    }

    /// How it went, with so many clients left. Who waits in the backlog was never greeted: that is no good order either.
    func outcome(clientsLeft: Int, hasBacklog: Bool) -> ServerOutcome {
        let cut = clientsLeft + lost
        if hasLostListeners { return .listenersDied(cut: cut) }
        return cut == 0 && !hasBacklog ? .drained : .cut(clients: cut)
    }
}
