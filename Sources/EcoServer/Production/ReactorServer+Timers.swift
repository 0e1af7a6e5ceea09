// What happens when a connection's time is over.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// Sets what is due next for a connection.
    @inline(__always)
    mutating func setDeadline(_ slot: Int, _ tick: UInt32) {
        table[slot].deadlineTick = tick
        timers.noteDeadline(tick)
    }

    /// Gives a client time until this tick, because it has done something, or another wait begins: if the loop is absent then, it is excused.
    @inline(__always)
    mutating func grantTime(_ slot: Int, until tick: UInt32) {
        table[slot].driverFlags.remove(.excused)
        setDeadline(slot, tick)
    }

    /// Gives a client that is read from its whole idle timeout again, if there is one.
    @inline(__always)
    mutating func restartIdleTimer(_ slot: Int) {
        guard idleTicks != 0 else { return }
        grantTime(slot, until: loop.tick + idleTicks)
    }

    /// Searches a slice of the table for connections whose time is over.
    mutating func expire() {
        let tick = loop.tick
        var slice = timers.beginSlice(tick: tick)
        while let expired = timers.nextExpired(in: &table, tick: tick, slice: &slice) {
            if table[expired.slot].state == .delivering {
                lookAtDelivery(expired)
            } else if table[expired.slot].state == .writing, prolong(expired.slot) {
                continue
            } else if table[expired.slot].driverFlags.excuse.take(wasAbsent: expired.isExcused) {
                restart(expired.slot)
            } else {
                judge(expired.slot)
            }
        }
    }

    /// Notes, before more is sent, whether an excused client has taken all that the kernel had for it. Then it waits for the
    /// server, and may be excused once more. Less does not count: a loop that is always absent would wait for a few bytes at a
    /// time without end.
    mutating func noteTaken(_ slot: Int) {
        guard table[slot].driverFlags.excuse.isTaken, Socket.unacknowledgedBytes(table[slot].number) == 0 else {
            return
        }
        table[slot].driverFlags.excuse.renew()
    }

    /// Gives a connection its timeout again: its deadline came while the loop was absent.
    private mutating func restart(_ slot: Int) {
        switch table[slot].state {
        case .open: setDeadline(slot, loop.tick + idleTicks)
        case .writing:
            let number = Int(table[slot].pending) - 1
            let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
            let credit = credit(slot)
            pending.restart(number, tick: loop.tick + credit, unacknowledged: unacknowledged)
            setDeadline(slot, loop.tick + credit + writeTicks)
        case .lingering: setDeadline(slot, loop.tick + Self.lingerTicks)
        case .fresh, .stalled, .working, .halfClosing, .delivering, .closed: break
        }
    }

    /// Asks the kernel for input and acknowledgements that came since the last call, and ends a connection only if there are none.
    private mutating func judge(_ slot: Int) {
        let token = table.token(slot)
        let state = table[slot].state
        switch state {
        case .open: receive(slot)
        case .writing: flush(slot)
        case .lingering: discardInput(slot)
        case .fresh, .stalled, .working, .halfClosing, .delivering, .closed: return
        }
        // A client that did something has another state, a new deadline, or is gone.
        guard table.find(token) != nil, table[slot].state == state, table[slot].deadlineTick == 0 else { return }
        switch state {
        case .open: judgeSilence(slot)
        // The kernel has no room for its answers. Some may have been taken by now.
        case .writing: if !prolong(slot) { closeOrLinger(slot, .writeTimeout) }
        default: close(slot)
        }
    }

    /// A client that is read from has nothing in its queue. (A read that was interrupted, or found no memory, proves nothing.)
    private mutating func judgeSilence(_ slot: Int) {
        if Socket.queuedBytes(table[slot].number) > 0 { return setDeadline(slot, loop.tick + 1) }
        expireIdle(slot)
    }

    /// The ticks beyond the timeout that a peer has earned when the server begins to wait for it.
    func credit(_ slot: Int) -> UInt32 {
        Progress.credit(
            acknowledgedBefore: Socket.acknowledgedBytes(table[slot].number), unused: UInt32(table[slot].patience))
    }

    /// Gives a client with pending answers the time that its peer has earned by acknowledging; false if that time is over.
    private mutating func prolong(_ slot: Int) -> Bool {
        let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
        let due = pending.deadlineTick(
            Int(table[slot].pending) - 1, timeoutTicks: writeTicks, unacknowledged: unacknowledged)
        guard due > loop.tick else {
            noteTaken(slot)
            return false
        }
        grantTime(slot, until: due)
        return true
    }

    /// Tells a client that it has been silent for too long.
    private mutating func expireIdle(_ slot: Int) {
        let (whole, part) = service.configuration.idleTimeout!.components
        let seconds = Int(whole) + (part > 0 ? 1 : 0)
        unsafe send(memory.write(.idle(seconds: seconds)), slot, ending: .idle)
    }
}
