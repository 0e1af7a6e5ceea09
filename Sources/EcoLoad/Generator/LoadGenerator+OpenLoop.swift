// Open loop: what comes due is sent when it is due, or by the next client that has room.
import DequeModule
import LinuxIO
import Reactor

extension LoadGenerator {
    /// So many messages are sent before answers are looked at again.
    private static let dispatchBatch = 128

    /// Sends all messages whose planned moment has come, each by a client that has room for it; where none has, it waits.
    mutating func dispatchDue() {
        guard phase == .talking, var schedule else { return }
        var now = stepOfOpenLoop()
        var left = Self.dispatchBatch
        ownDelay.looks(at: now, due: schedule.next, hasRoom: !idle.isEmpty, isFresh: backlog.isEmpty)
        // Where a client had room all of the pause is in that.
        if !idle.isEmpty { _ = pauses.takeOversleep() }
        while schedule.next <= now, schedule.next < window.upperBound, quota > 0, left > 0 {
            left -= 1
            quota -= 1
            let isMeasured = window.contains(schedule.next)
            if isMeasured { measurements.plannedCount += 1 }
            if let slot = popIdle() {
                if isMeasured { measurements.lateness.note(now - schedule.next) }
                ownDelay.sentLate(by: now - schedule.next)
                enqueue(slot, planned: schedule.next, sent: now)
                send(slot)
            } else {
                backlog.add(inWindow: isMeasured ? 1 : 0, from: schedule)
            }
            schedule.advance()
            if schedule.next <= now { now = stepOfOpenLoop() }
        }
        self.schedule = schedule
        guard phase == .talking else { return }
        if quota == 0 { return finish() }
        loop.deadlines.set(Deadline.arrival, at: Instant(nanoseconds: schedule.next))
    }

    /// Reads the clock; a step that took long is the generator's own delay.
    private mutating func stepOfOpenLoop() -> Int64 {
        let now = Instant.now.nanoseconds
        ownDelay.wasAbsent(for: pauses.step(at: now), until: now)
        return now
    }

    /// At the window's end, what came due in it and was not sent yet waits with the others, however late the generator is.
    mutating func planRest() {
        guard phase == .talking, var schedule else { return }
        let now = stepOfOpenLoop()
        ownDelay.looks(at: now, due: schedule.next, hasRoom: !idle.isEmpty, isFresh: backlog.isEmpty)
        for (limit, isMeasured) in [(window.lowerBound, false), (window.upperBound, true)] {
            let first = schedule
            let number = schedule.skip(before: limit, atMost: quota)
            quota -= number
            if isMeasured { measurements.plannedCount += number }
            backlog.add(number, inWindow: isMeasured ? number : 0, from: first)
        }
        while !backlog.isEmpty, let slot = popIdle(), let planned = backlog.popFirst(window) {
            let now = Instant.now.nanoseconds
            noteDelay(planned, now)
            enqueue(slot, planned: planned, sent: now)
            send(slot)
        }
    }

    /// A client that has room for a message; those that have had room for longest come first.
    private mutating func popIdle() -> Int? {
        while let token = idle.popFirst() {
            if let slot = clients.find(token), clients[slot].state == .talking { return slot }
        }
        return nil
    }

    /// A client has room for so many messages more: those that wait go first.
    mutating func goOn(_ slot: Int, _ count: Int, _ now: Int64) {
        let oversleep = pauses.takeOversleep()
        if !backlog.isEmpty { ownDelay.wasAbsent(for: oversleep, until: now) }
        for _ in 0..<count {
            if let planned = backlog.popFirst(window) {
                noteDelay(planned, now)
                enqueue(slot, planned: planned, sent: now)
            } else {
                idle.append(clients.token(slot))
            }
        }
        if clients[slot].toSend > 0 { send(slot) }
        if phase == .finishing { leaveIfFinished() }
    }

    /// A client that has been greeted can be asked.
    mutating func becomesIdle(_ slot: Int) {
        for _ in 0..<plan.depth { idle.append(clients.token(slot)) }
    }

    /// A message that has waited is sent: it was late by the generator's doing, or it waited for a client, whichever is more.
    private mutating func noteDelay(_ planned: Int64, _ now: Int64) {
        guard window.contains(planned) else { return }
        let own = ownDelay.part(of: now - planned)
        if own * 2 >= now - planned { measurements.lateness.note(own) } else { measurements.waited += 1 }
    }

    /// Nobody is to send what still waits: it was not answered.
    mutating func dropBacklog() {
        measurements.unanswered += backlog.inWindow
        measurements.waited += backlog.inWindow
        backlog.removeAll()
    }
}
