// What happens when a connection's time is over.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer {
    /// Sets what is due next for a connection.
    @inline(__always)
    mutating func setDeadline(_ slot: Int, _ tick: UInt32) {
        table[slot].deadlineTick = tick
        timers.noteDeadline(tick)
    }

    /// A client that is read from has its idle time before it again, if that is limited.
    @inline(__always)
    mutating func restartIdleTimer(_ slot: Int, _ loop: borrowing EventLoop) {
        if idleTicks != 0 { setDeadline(slot, loop.tick + idleTicks) }
    }

    /// Looks through a slice of the table for connections whose time is over.
    mutating func expire(loop: inout EventLoop) {
        let tick = loop.tick
        var slice = timers.beginSlice(tick: tick)
        while let expired = timers.nextExpired(in: &table, tick: tick, slice: &slice) {
            if table[expired.slot].state == .delivering {
                lookAtDelivery(expired, loop: &loop)
            } else if expired.isExcused {
                beginAnew(expired.slot, loop: &loop)
            } else {
                judge(expired.slot, loop: &loop)
            }
        }
    }

    /// Gives a connection its time again: its deadline came while the loop was away.
    private mutating func beginAnew(_ slot: Int, loop: inout EventLoop) {
        switch table[slot].state {
        case .open: restartIdleTimer(slot, loop)
        case .writing:
            let number = Int(table[slot].pending) - 1
            let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
            pending.beginAnew(number, tick: loop.tick, unacknowledged: unacknowledged)
            setDeadline(slot, loop.tick + writeTicks)
        case .lingering: setDeadline(slot, loop.tick + Self.lingerTicks)
        case .fresh, .working, .delivering: break
        }
    }

    /// Asks the kernel what has come or gone since it last said something, and ends a connection only if that is nothing.
    private mutating func judge(_ slot: Int, loop: inout EventLoop) {
        let token = table.token(slot)
        let state = table[slot].state
        switch state {
        case .open: receive(slot, loop: &loop)
        case .writing: flush(slot, loop: &loop)
        case .lingering: drop(slot, loop: &loop)
        case .fresh, .working, .delivering: return
        }
        // Whoever did something has another state, a new deadline, or is gone.
        guard table.find(token) != nil, table[slot].state == state, table[slot].deadlineTick == 0 else { return }
        switch state {
        case .open: judgeSilence(slot, loop: &loop)
        case .writing: judgeProgress(slot, loop: &loop)
        default: close(slot, loop: &loop)
        }
    }

    /// A client that is read from has nothing in its queue. (A read that was interrupted, or found no memory, tells nothing.)
    private mutating func judgeSilence(_ slot: Int, loop: inout EventLoop) {
        if table[slot].flags.contains(.parked) { return }  // The workers have too much for it to be read.
        if Socket.queuedBytes(table[slot].number) > 0 { return setDeadline(slot, loop.tick + 1) }
        expireIdle(slot, loop: &loop)
    }

    /// The kernel has no room for a client's answers: it is closed unless its peer acknowledges enough of what it has.
    private mutating func judgeProgress(_ slot: Int, loop: inout EventLoop) {
        let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
        let due = pending.deadlineTick(
            Int(table[slot].pending) - 1, timeoutTicks: writeTicks, unacknowledged: unacknowledged)
        if due > loop.tick { setDeadline(slot, due) } else { end(slot, .writeTimeout, loop: &loop) }
    }

    /// Tells a client that it has said nothing for too long.
    private mutating func expireIdle(_ slot: Int, loop: inout EventLoop) {
        let (whole, part) = service.configuration.idleTimeout!.components
        let seconds = Int(whole) + (part > 0 ? 1 : 0)
        unsafe send(memory.write(.idle(seconds: seconds)), slot, ending: .idle, loop: &loop)
    }
}
