// Open loop: each message is sent when it is due, or by the next client that has room.
import DequeModule
import LinuxIO
import Reactor

/// Messages follow a schedule, whatever the server does. A message that comes due while no client has room waits, and its time counts
/// from the planned moment.
///
///     schedule ──► due ──► a client has room ──► sent, by the one that has had room for longest ──► answered: room again
///                   │                                                                                      │
///                   └── none has: backlog ──► sent first once a client has room  ◄─────────────────────────┘
struct OpenLoop: LoadKind, ~Copyable {
    /// The maximum of messages that are sent before answers are read again.
    fileprivate static let dispatchBatch = 128

    /// Nil before talking begins, and once it is over.
    fileprivate var schedule: Schedule?
    /// Clients that have room, with one entry per message.
    fileprivate var idle = Deque<Token>()
    /// Planned moments at which no client had room.
    fileprivate var backlog = Backlog()
    fileprivate var ownDelay = OwnDelay()

    static func run(_ job: LoadJob) throws(SystemError) -> Measurements { try LoadGenerator<Self>(job).run() }

    static var hasSchedule: Bool { true }
    static func roomInFlight(_ plan: LoadPlan, clients: Int) -> Int { clients }

    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>) {
        load.makeSchedule(from: start)
        for slot in 0..<load.clients.end where load.isTalking(slot) { load.becomesIdle(slot) }
        load.dispatchDue()
    }

    static func answered(_ slot: Int, _ count: Int, at now: Int64, in load: inout LoadGenerator<Self>) {
        load.goOn(slot, count, now)
    }

    static func deadlineReached(in load: inout LoadGenerator<Self>) { load.dispatchDue() }
    static func windowBegins(in load: inout LoadGenerator<Self>) { load.kind.backlog.windowBegins() }
    static func windowEnds(in load: inout LoadGenerator<Self>) { load.planRest() }

    static func talkingEnds(in load: inout LoadGenerator<Self>) {
        load.kind.schedule = nil
        load.measurements.waitedAtEnd = load.kind.backlog.inWindow
    }

    /// Talking goes on, even without clients: messages that come due and are not answered count.
    static func ended(_ index: Int, _ fate: Ledger.Fate, in load: inout LoadGenerator<Self>) {}

    static func stoodStill(for nanoseconds: Int64, until now: Int64, in load: inout LoadGenerator<Self>) {
        load.kind.ownDelay.noteAbsence(for: nanoseconds, until: now)
    }

    static func isFinished(_ load: borrowing LoadGenerator<Self>) -> Bool {
        load.kind.backlog.isEmpty || load.talking == 0
    }

    /// Messages that still wait will not be sent: they count as not answered.
    @discardableResult
    static func dropUnsent(in load: inout LoadGenerator<Self>) -> Bool {
        let isAny = !load.kind.backlog.isEmpty
        load.measurements.unanswered += load.kind.backlog.inWindow
        load.measurements.waited += load.kind.backlog.inWindow
        load.kind.backlog.removeAll()
        return isAny
    }
}

extension LoadGenerator where Kind == OpenLoop {
    fileprivate mutating func makeSchedule(from start: Int64) {
        guard let rate = job.rate else { return }
        kind.schedule = Schedule(
            rate: rate, arrivals: job.plan.arrivals,
            // The threads' messages alternate.
            start: start + Int64(Double(job.thread) * 1e9 / (job.plan.rate ?? rate)),
            seed: job.plan.seed &+ UInt64(job.thread) &* 7919)
    }

    /// Sends all messages whose planned moment has come, each by a client that has room; without one, the message waits.
    fileprivate mutating func dispatchDue() {
        guard phase == .talking, var schedule = kind.schedule else { return }
        var now = stepOfOpenLoop()
        var left = OpenLoop.dispatchBatch
        kind.ownDelay.looks(at: now, due: schedule.next, hasRoom: !kind.idle.isEmpty, isFresh: kind.backlog.isEmpty)
        // If a client had room, the whole pause is part of the delay.
        if !kind.idle.isEmpty { _ = pauses.takeOversleep() }
        while schedule.next <= now, schedule.next < window.upperBound, quota > 0, left > 0 {
            left -= 1
            quota -= 1
            let isMeasured = window.contains(schedule.next)
            if isMeasured { measurements.plannedCount += 1 }
            if let slot = popIdle() {
                if isMeasured { measurements.lateness.note(now - schedule.next) }
                kind.ownDelay.sentLate(by: now - schedule.next)
                enqueue(slot, planned: schedule.next, sent: now)
                send(slot)
            } else {
                kind.backlog.add(inWindow: isMeasured ? 1 : 0, from: schedule)
            }
            schedule.advance()
            if schedule.next <= now { now = stepOfOpenLoop() }
        }
        kind.schedule = schedule
        guard phase == .talking else { return }
        if quota == 0 { return finish() }
        loop.deadlines.set(Deadline.next, at: Instant(nanoseconds: schedule.next))
    }

    /// Reads the clock; a step that took long is the generator's own delay.
    private mutating func stepOfOpenLoop() -> Int64 {
        let now = Instant.now.nanoseconds
        step(at: now)
        return now
    }

    /// At the window's end, messages that came due in it and were not sent wait like the others, however late the generator is.
    fileprivate mutating func planRest() {
        guard phase == .talking, var schedule = kind.schedule else { return }
        let now = stepOfOpenLoop()
        kind.ownDelay.looks(at: now, due: schedule.next, hasRoom: !kind.idle.isEmpty, isFresh: kind.backlog.isEmpty)
        for (limit, isMeasured) in [(window.lowerBound, false), (window.upperBound, true)] {
            let first = schedule
            let number = schedule.skip(before: limit, atMost: quota)
            quota -= number
            if isMeasured { measurements.plannedCount += number }
            kind.backlog.add(number, inWindow: isMeasured ? number : 0, from: first)
        }
        while !kind.backlog.isEmpty, let slot = popIdle(), let planned = kind.backlog.popFirst(window) {
            let now = Instant.now.nanoseconds
            noteDelay(planned, now)
            enqueue(slot, planned: planned, sent: now)
            send(slot)
        }
    }

    /// A client that has room for a message; those that have had room longest come first.
    private mutating func popIdle() -> Int? {
        while let token = kind.idle.popFirst() {
            if let slot = clients.find(token), clients[slot].state == .talking { return slot }
        }
        return nil
    }

    /// A client has room for this many more messages: waiting messages are sent first.
    fileprivate mutating func goOn(_ slot: Int, _ count: Int, _ now: Int64) {
        let oversleep = pauses.takeOversleep()
        if !kind.backlog.isEmpty { kind.ownDelay.noteAbsence(for: oversleep, until: now) }
        for _ in 0..<count {
            if let planned = kind.backlog.popFirst(window) {
                noteDelay(planned, now)
                enqueue(slot, planned: planned, sent: now)
            } else {
                kind.idle.append(clients.token(slot))
            }
        }
        if clients[slot].toSend > 0 { send(slot) }
    }

    /// A client that has been greeted can be used.
    fileprivate mutating func becomesIdle(_ slot: Int) {
        for _ in 0..<job.plan.depth { kind.idle.append(clients.token(slot)) }
    }

    /// A message that has waited is sent: it was late because of the generator, or because it waited for a client, whichever is more.
    private mutating func noteDelay(_ planned: Int64, _ now: Int64) {
        guard window.contains(planned) else { return }
        let own = kind.ownDelay.part(of: now - planned)
        if own * 2 >= now - planned { measurements.lateness.note(own) } else { measurements.waited += 1 }
    }
}
