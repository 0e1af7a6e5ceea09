// How the server leaves: nothing that was received stays unanswered.
internal import LinuxIO
internal import Reactor

extension ReactorServer {
    /// How many connections one turn tells that the server leaves.
    private static var drainSlice: Int { 256 }

    /// Begins to leave; a second request leaves at once.
    mutating func leave(by signal: Signal?, loop: inout EventLoop) {
        guard phase == .serving else { return quit(by: signal, loop: &loop) }
        // A backlog holds one more than it is asked for; with so many taken, the rest came after the request.
        phase = .takingBacklog(left: service.limits.backlog + 1)
        loop.deadlines.set(Deadline.drain, at: loop.now + service.configuration.drainTimeout)
    }

    /// Leaves at once.
    mutating func quit(by signal: Signal?, loop: inout EventLoop) {
        outcome = .quit(signal)
        loop.stop()
    }

    /// Does a turn's part of leaving. True if more is to be done at once.
    mutating func goOnLeaving(loop: inout EventLoop) -> Bool {
        switch phase {
        case .serving: return false
        case .takingBacklog(let left):
            var isEmpty = true
            for index in listeners.entries.indices where !acceptClients(index, loop: &loop) { isEmpty = false }
            if isEmpty || left <= Self.acceptBatch {
                listeners.close()
                phase = .draining(slot: 0)
            } else {
                phase = .takingBacklog(left: left - Self.acceptBatch)
            }
            return true
        case .draining(let first):
            let end = min(first + Self.drainSlice, table.end)
            for slot in first..<end where table.isOccupied(slot) { drain(slot, loop: &loop) }
            phase = end == table.end ? .waiting : .draining(slot: end)
            return goOnIfOver(loop: &loop)
        case .waiting: return goOnIfOver(loop: &loop)
        }
    }

    private mutating func goOnIfOver(loop: inout EventLoop) -> Bool {
        if phase != .waiting { return true }
        if table.count > 0 { return false }
        outcome = .drained
        loop.stop()
        return true
    }

    /// Lets a connection have what its queue holds at this moment answered, and end then.
    private mutating func drain(_ slot: Int, loop: inout EventLoop) {
        switch table[slot].state {
        case .fresh, .lingering: return
        case .open, .working, .writing: break
        }
        guard !table[slot].flags.contains(.ending) else { return }
        table[slot].flags.insert(.draining)
        table[slot].amount = UInt32(clamping: Socket.queuedBytes(table[slot].number))
        guard table[slot].state == .open else { return }
        table[slot].deadlineTick = 0
        if table[slot].amount == 0 { finish(slot, .drained, loop: &loop) } else { receive(slot, loop: &loop) }
    }

    /// Time is over: whoever is left is cut off, counted and told about.
    mutating func cut(loop: inout EventLoop) {
        let clients = table.count - refusals
        outcome = clients == 0 ? .drained : .cut(clients: clients)
        for slot in 0..<table.end where table.isOccupied(slot) { decide(slot, .cut) }
        loop.stop()
    }

    /// Gives everything back, however serving came to its end.
    mutating func closeAll(loop: inout EventLoop) {
        listeners.close()
        for batch in outgoing { batch.free() }
        outgoing.removeAll()
        for slot in 0..<table.end where table.isOccupied(slot) { close(slot, loop: &loop) }
    }
}
