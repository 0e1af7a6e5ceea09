// Closed loop: each client keeps a number of messages in flight, and sends the next when one is answered.
import DequeModule
import LinuxIO
import Reactor

/// Clients that wait for answers before they send again, at once or after a think time.
///
///     greeted ──► depth messages ──► answered ──► think time ──► as many messages again ──┐
///                                       ▲                                                 │
///                                       └─────────────────────────────────────────────────┘
struct ClosedLoop: LoadKind, ~Copyable {
    /// Clients in their think time, in the order in which they go on.
    fileprivate var thinking = Deque<(at: Int64, token: Token)>()

    static func run(_ job: LoadJob) throws(SystemError) -> Measurements { try LoadGenerator<Self>(job).run() }

    static func talkingBegins(at start: Int64, in load: inout LoadGenerator<Self>) {
        for slot in 0..<load.clients.end where load.isTalking(slot) {
            load.say(slot, load.job.plan.depth, now: load.loop.now.nanoseconds)
        }
    }

    static func answered(_ slot: Int, _ count: Int, at now: Int64, in load: inout LoadGenerator<Self>) {
        guard load.phase == .talking else { return }
        if load.job.plan.thinkSeconds > 0 { load.think(slot, count, now) } else { load.say(slot, count, now: now) }
    }

    static func deadlineReached(in load: inout LoadGenerator<Self>) { load.resumeThinkers() }
}

extension LoadGenerator where Kind == ClosedLoop {
    fileprivate mutating func think(_ slot: Int, _ count: Int, _ now: Int64) {
        let at = now + Int64(job.plan.thinkSeconds * 1e9)
        for _ in 0..<count { kind.thinking.append((at, clients.token(slot))) }
        if kind.thinking.count == count { loop.deadlines.set(Deadline.next, at: Instant(nanoseconds: at)) }
    }

    /// Clients whose think time is over go on. It is the same for all, so they come in the order of their moments.
    fileprivate mutating func resumeThinkers() {
        let now = Instant.now.nanoseconds
        while let first = kind.thinking.first, first.at <= now, phase == .talking {
            kind.thinking.removeFirst()
            if let slot = clients.find(first.token) { say(slot, 1, now: Instant.now.nanoseconds) }
        }
        guard let first = kind.thinking.first, phase == .talking else { return }
        loop.deadlines.set(Deadline.next, at: Instant(nanoseconds: first.at))
    }
}
