// How long clients are waited for, and which delays are the generator's own fault.
import LinuxIO
import Reactor

extension LoadGenerator where Kind: ~Copyable {
    // MARK: - Turns

    mutating func beginTurn() {
        if pauses.turnBegins(at: loop.now.nanoseconds) { renewDeadlines() }
    }

    /// Returns the tick to pass to the loop.
    mutating func endTurn(wakingAt tick: UInt32) -> UInt32 {
        let end = Instant.now.nanoseconds
        // The next tick is one tick away at most.
        let wake = min(end + CoarseTimers.tickNanoseconds, loop.deadlines.next?.nanoseconds ?? .max)
        if pauses.turnEnds(at: end, wakingAt: wake) {
            loop.readClock()
            renewDeadlines()
        }
        return tick
    }

    /// The generator did not run for a while. Clients that were late meanwhile may have been in time: each gets its whole time again.
    private mutating func renewDeadlines() {
        let tick = loop.tick
        for slot in 0..<clients.end where clients.isOccupied(slot) {
            let deadline = clients[slot].deadlineTick
            if deadline != 0, deadline <= tick { setDeadline(slot, tick) }
        }
        if let finishAt, finishAt <= loop.now { setFinishDeadline() }
    }

    // MARK: - Deadlines

    /// What is in flight, or still to be sent, is waited for as long as an answer may take, and a little more.
    mutating func setFinishDeadline() {
        let at = loop.now + .seconds(job.plan.timeoutSeconds + 1)
        finishAt = at
        loop.deadlines.set(Deadline.finish, at: at)
    }

    /// The time of waiting is over: first for what was never sent; then, after the time of an answer, for what is in flight.
    mutating func finishDeadlineReached() {
        // A pause may have moved it.
        if let finishAt, finishAt > loop.now { return }
        if Kind.dropUnsent(in: &self) {
            setFinishDeadline()
            return leaveIfFinished()
        }
        var isAnyInTime = false
        for token in waiting where clients.find(token) != nil {
            if clients[token.slot].deadlineTick > loop.tick {
                // It was sent later than the others, from the backlog: it has as much time as they had.
                isAnyInTime = true
            } else {
                endIfLate(token.slot)
            }
        }
        if isAnyInTime { setFinishDeadline() }
        leaveIfFinished()
        endIfEmpty()
    }

    /// The clients that wait for something. When the last one is done, the others may begin to leave.
    private var waiting: [Token] {
        (0..<clients.end).filter {
            clients.isOccupied($0) && (clients[$0].state != .talking || !clients[$0].inFlight.isEmpty)
        }.map { clients.token($0) }
    }

    // MARK: - An early end

    /// How long answers, and then goodbyes, are waited for when the run is to end soon: together less than a second.
    private static var patience: Duration { .milliseconds(400) }

    /// The run is to end soon.
    mutating func abandonSoon() {
        guard !isAbandoned else { return }
        isAbandoned = true
        loop.deadlines.set(Deadline.abandon, at: loop.now + Self.patience)
    }

    /// What has not come by now is not waited for any longer: first what is in flight, then the goodbyes.
    mutating func abandon() {
        if phase == .finishing {
            Kind.dropUnsent(in: &self)
            loop.deadlines.set(Deadline.abandon, at: loop.now + Self.patience)
        }
        for token in waiting where clients.find(token) != nil { end(token.slot, .givenUp) }
        leaveIfFinished()
        endIfEmpty()
    }

    // MARK: - Limits

    /// Connections and answers that have taken too long.
    mutating func sweep() {
        let tick = loop.tick
        var slice = timers.beginSlice(tick: tick)
        while slice > 0, let slot = timers.nextExpired(in: &clients, tick: tick, slice: &slice)?.slot {
            endIfLate(slot)
        }
    }

    /// Ends a client whose deadline has come, unless what it waits for has arrived: the kernel is asked once more.
    private mutating func endIfLate(_ slot: Int) {
        let token = clients.token(slot)
        clients[slot].deadlineTick = 0
        if clients[slot].state == .connecting {
            var entries = [Poll.Entry(clients[slot].number, wantsRead: false, wantsWrite: true)]
            Poll.wait(&entries, timeout: .zero)
            if entries[0].isWritable { connected(slot) }
        }
        while isLate(token), clients[slot].state != .connecting {
            let before = measurements.bytesIn
            receive(slot)
            if measurements.bytesIn == before { break }
        }
        guard isLate(token) else { return }
        // A plain echo server does not have to end its side after ours.
        let isEcho = clients[slot].state == .leaving && job.plan.serverProtocol == .echo
        end(slot, isEcho ? .served : .timedOut)
    }

    /// Whether a client is still connected, still waits for something, and got no more time.
    private func isLate(_ token: Token) -> Bool {
        guard let slot = clients.find(token), clients[slot].deadlineTick == 0 else { return false }
        return clients[slot].state != .talking || !clients[slot].inFlight.isEmpty
    }
}
