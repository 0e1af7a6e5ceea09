// What a kind of load decides. The core of the generator does not know it.
import LinuxIO
import Reactor

/// A kind of load: its state, and its decisions. `LoadGenerator` is generic over it, and calls it at the moments in the table at its
/// head.
///
/// The decisions are static functions that get the whole generator, since one leads to the next: what a client sends may end it, and its
/// end lets another connect. The state is the generator's `kind`. Each kind's own file has the function that runs it, and that names it:
/// so the generator is specialised for the kind, and no call per message goes through a table.
protocol LoadKind: ~Copyable {
    init()

    /// Runs a generator of this kind to its end: `try LoadGenerator<Self>(job).run()`. Blocks the calling thread.
    static func run(_ job: LoadJob) throws(SystemError) -> Measurements

    // MARK: - Facts

    /// Sessions are counted and measured, instead of messages: clients connect only when talking begins, each session is one of the
    /// plan's messages, and those of the warm-up do not count.
    static var countsSessions: Bool { get }
    /// Messages are due at moments that are planned beforehand, whatever the server does: their times count from there, and without a
    /// warm-up the window begins with the schedule instead of the first message.
    static var hasSchedule: Bool { get }
    /// The window begins when talking ends, and lasts until the answers have come.
    static var measuresAtEnd: Bool { get }
    /// The number of messages in flight for which room is made beforehand.
    static func roomInFlight(_ plan: LoadPlan, clients: Int) -> Int

    // MARK: - Decisions

    /// A client was greeted.
    static func greeted(_ slot: Int, in load: inout LoadGenerator<Self>)
    /// Talking begins; if clients connect before, at least one is connected.
    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>)
    /// This many messages of a client were answered; it is talking, or waits for its last answers.
    static func answered(_ slot: Int, _ count: Int, at now: Int64, in load: inout LoadGenerator<Self>)
    /// The deadline of the kind, `LoadDeadline.next`, has come.
    static func deadlineReached(in load: inout LoadGenerator<Self>)
    /// The measured window begins.
    static func windowBegins(in load: inout LoadGenerator<Self>)
    /// The window's time is over; talking ends with it.
    static func windowEnds(in load: inout LoadGenerator<Self>)
    /// Talking is over, for any reason: from now on, what is in flight is waited for.
    static func talkingEnds(in load: inout LoadGenerator<Self>)
    /// A session has ended correctly: the goodbye was answered, and the server has ended its side.
    static func served(_ slot: Int, in load: inout LoadGenerator<Self>)
    /// A client is gone while talking, or its connection failed.
    static func ended(_ index: Int, _ fate: Ledger.Fate, in load: inout LoadGenerator<Self>)
    /// Postponed connections were begun, as far as the plan has any left.
    static func retriesBegun(in load: inout LoadGenerator<Self>)
    /// The generator stood still for this long in the middle of a turn.
    static func stoodStill(for nanoseconds: Int64, until now: Int64, in load: inout LoadGenerator<Self>)
    /// Whether nothing is left to send or to wait for, if nothing is in flight.
    static func isFinished(_ load: borrowing LoadGenerator<Self>) -> Bool
    /// Gives up what came due and was not sent; returns whether there was any.
    @discardableResult
    static func dropUnsent(in load: inout LoadGenerator<Self>) -> Bool
}

/// The defaults.
extension LoadKind where Self: ~Copyable {
    static var countsSessions: Bool { false }
    static var hasSchedule: Bool { false }
    static var measuresAtEnd: Bool { false }
    static func roomInFlight(_ plan: LoadPlan, clients: Int) -> Int { clients * plan.depth }

    static func greeted(_ slot: Int, in load: inout LoadGenerator<Self>) {
        load.clients[slot].since = 0
        load.settleIfConnected()
    }

    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>) {}
    static func answered(_ slot: Int, _ count: Int, at now: Int64, in load: inout LoadGenerator<Self>) {}
    static func deadlineReached(in load: inout LoadGenerator<Self>) {}
    static func windowBegins(in load: inout LoadGenerator<Self>) {}
    static func windowEnds(in load: inout LoadGenerator<Self>) {}
    static func talkingEnds(in load: inout LoadGenerator<Self>) {}
    static func served(_ slot: Int, in load: inout LoadGenerator<Self>) {}

    static func ended(_ index: Int, _ fate: Ledger.Fate, in load: inout LoadGenerator<Self>) {
        if load.isNobodyLeft { load.finish() }
    }

    static func retriesBegun(in load: inout LoadGenerator<Self>) {}
    static func stoodStill(for nanoseconds: Int64, until now: Int64, in load: inout LoadGenerator<Self>) {}
    static func isFinished(_ load: borrowing LoadGenerator<Self>) -> Bool { true }
    @discardableResult
    static func dropUnsent(in load: inout LoadGenerator<Self>) -> Bool { false }
}

extension LoadPlan {
    /// The kind of load of the plan. A new kind is a file in `Kinds/`, and a line here.
    var kind: any (LoadKind & ~Copyable).Type {
        switch mode {
        case .talk: isOpenLoop ? OpenLoop.self : ClosedLoop.self
        case .churn: Churn.self
        case .hold: Hold.self
        }
    }
}
