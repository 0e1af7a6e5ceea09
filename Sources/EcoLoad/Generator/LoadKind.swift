// What a kind of load decides, and the core of the generator does not know.
import LinuxIO
import Reactor

/// A kind of load: its state, and its decisions. `LoadGenerator` is generic over it, and asks it at the moments of the table at its
/// head.
///
/// The decisions are static functions that are given the whole generator, since one leads to the next: what a client sends may end
/// it, and its end lets another connect. The state is the generator's `kind`. Each kind's own file has the function that runs it,
/// and so names it: the generator is compiled for that kind, and nothing per message is called through a table.
protocol LoadKind: ~Copyable {
    init()

    /// Runs a generator of this kind to its end: `try LoadGenerator<Self>(job).run()`. Blocks the calling thread.
    static func run(_ job: LoadJob) throws(SystemError) -> Measurements

    // MARK: - Facts

    /// Sessions are what is counted and measured, instead of messages: clients connect only when talking begins, each session is
    /// one of the plan's messages, and those of the warm-up do not count.
    static var countsSessions: Bool { get }
    /// Messages are due at moments that were fixed before, whatever the server does: their times count from there, and without a
    /// warm-up the window begins with the schedule instead of the first message.
    static var hasSchedule: Bool { get }
    /// The window opens when talking ends, and is as long as the answers take.
    static var measuresAtEnd: Bool { get }
    /// For how many messages in flight room is made beforehand.
    static func roomInFlight(_ plan: LoadPlan, clients: Int) -> Int

    // MARK: - Decisions

    /// A client was greeted.
    static func greeted(_ slot: Int, in load: inout LoadGenerator<Self>)
    /// Talking begins; where clients connect before, at least one is there.
    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>)
    /// A client has been answered so many messages; it is talking, or the last answers are waited for.
    static func answered(_ slot: Int, _ count: Int, at now: Int64, in load: inout LoadGenerator<Self>)
    /// The deadline of the kind, `LoadDeadline.next`, has come.
    static func deadlineReached(in load: inout LoadGenerator<Self>)
    /// The measured window begins.
    static func windowBegins(in load: inout LoadGenerator<Self>)
    /// The window is over by its time; talking ends with it.
    static func windowEnds(in load: inout LoadGenerator<Self>)
    /// Talking is over, for whatever reason: from here on, what is in flight is waited for.
    static func talkingEnds(in load: inout LoadGenerator<Self>)
    /// A session has ended as it should: the goodbye was answered, and the server has ended its side.
    static func served(_ slot: Int, in load: inout LoadGenerator<Self>)
    /// A client is gone while talking, or its connection never came about.
    static func ended(_ index: Int, _ fate: Ledger.Fate, in load: inout LoadGenerator<Self>)
    /// Connections that had been put off were begun, as far as the plan has any left.
    static func retriesBegun(in load: inout LoadGenerator<Self>)
    /// The generator stood still for so long in the middle of a turn.
    static func stoodStill(for nanoseconds: Int64, until now: Int64, in load: inout LoadGenerator<Self>)
    /// Whether nothing is left to be sent or waited for, with nothing in flight.
    static func isFinished(_ load: borrowing LoadGenerator<Self>) -> Bool
    /// What came due and was not sent is given up; says whether there was any.
    @discardableResult
    static func dropUnsent(in load: inout LoadGenerator<Self>) -> Bool
}

/// What most kinds say.
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
    /// The kind of load that is asked for. A new kind is a file in `Kinds/`, and its line here.
    var kind: any (LoadKind & ~Copyable).Type {
        switch mode {
        case .talk: isOpenLoop ? OpenLoop.self : ClosedLoop.self
        case .churn: Churn.self
        case .hold: Hold.self
        }
    }
}
