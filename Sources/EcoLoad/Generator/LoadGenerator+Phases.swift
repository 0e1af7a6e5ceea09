// The steps from one phase to the next, and the coordinator's orders.
import LinuxIO
import Reactor

extension LoadGenerator where Kind: ~Copyable {
    /// The coordinator has given an order.
    mutating func obey() {
        job.coordinator.waker(job.thread).acknowledge()
        switch job.coordinator.order(job.thread) {
        case .wait: break
        case .begin(let start, let window):
            if phase == .ready {
                ordered = (start, window)
                loop.deadlines.set(Deadline.begin, at: Instant(nanoseconds: start))
            }
        case .stop(let isSoon):
            if isSoon { abandonSoon() }
            if phase == .connecting || phase == .ready {
                // Clients that are not connected yet are given up; connected clients leave.
                ramp.opened = job.clients.count
                loop.deadlines.cancel(Deadline.ramp)
                phase = .finishing
                leaveIfFinished()
            } else {
                finish()
            }
        }
        leaveIfFinished()
    }

    /// All clients are connected, or will never be: the coordinator says when it goes on.
    mutating func settleIfConnected() {
        guard phase == .connecting,
            Kind.countsSessions
                || (ramp.opened == job.clients.count && ramp.connecting == 0 && ramp.retries.isEmpty)
        else {
            return
        }
        phase = .ready
        job.coordinator.noteReady(job.thread)
    }

    mutating func begin(at start: Int64, window: Range<Int64>) {
        phase = .talking
        // Without a warm-up the window begins with the first message.
        self.window =
            job.plan.warmupSeconds > 0 || Kind.hasSchedule
            ? window : loop.now.nanoseconds..<max(window.upperBound, loop.now.nanoseconds)
        second.start(at: start, window: self.window.lowerBound)
        if job.plan.warmupSeconds > 0 {
            loop.deadlines.set(Deadline.windowBegin, at: Instant(nanoseconds: window.lowerBound))
        } else {
            openWindow()
        }
        loop.deadlines.set(Deadline.windowEnd, at: Instant(nanoseconds: window.upperBound))
        if !Kind.countsSessions, talking == 0 { return finish() }
        Kind.talkingBegins(at: start, in: &self)
    }

    /// No message is sent any more; those in flight are waited for.
    mutating func finish() {
        guard phase == .talking else { return }
        loop.deadlines.cancel(Deadline.next)
        loop.deadlines.cancel(Deadline.windowEnd)
        loop.deadlines.cancel(Deadline.windowBegin)
        phase = .finishing
        endWindow()
        Kind.talkingEnds(in: &self)
        setFinishDeadline()
        leaveIfFinished()
    }

    mutating func leaveIfFinished() {
        guard phase == .finishing, queue.count == 0, Kind.isFinished(self) else { return }
        // No client is left that could send what waits.
        Kind.dropUnsent(in: &self)
        // The server is measured first, while all clients are connected.
        guard job.coordinator.mayLeave else { return }
        phase = .leaving
        // From now on each has its own deadline.
        finishAt = nil
        loop.deadlines.cancel(Deadline.finish)
        let measuredEnd = min(window.upperBound, Instant.now.nanoseconds)
        measurements.windowSeconds = Double(max(0, measuredEnd - window.lowerBound)) / 1e9
        endUse()
        for slot in 0..<clients.end where clients.isOccupied(slot) { leave(slot) }
        endIfEmpty()
    }

    mutating func endIfEmpty() {
        guard phase == .leaving, clients.count == 0 else { return }
        phase = .over
        closeSecond(loopNow: loop.now.nanoseconds)
        job.coordinator.publish(job.thread, progress)
        loop.stop()
    }
}
