// How the server leaves: everything that was received is answered.
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// How many connections are told per turn that the server leaves.
    private static var drainSlice: Int { 256 }

    /// Begins to leave.
    mutating func beginLeaving() {
        leaving.begin(at: loop.now, listeners: listeners.entries.count)
        loop.deadlines.set(Deadline.drain, at: leaving.deadline!)
    }

    /// Does the part of leaving that belongs to this turn. True if there is more to do at once.
    mutating func goOnLeaving() -> Bool {
        switch drainStage {
        case .takingBacklog:
            takeBacklog()
            // Without descriptors or memory, the rest has to wait until a client has gone: so the connected clients are drained first.
            if isAcceptingPaused || listeners.entries.isEmpty { drainStage = .draining(slot: 0) }
            return true
        case .draining(let first):
            let end = min(first + Self.drainSlice, table.end)
            for slot in first..<end where table.isOccupied(slot) { drain(slot) }
            drainStage = end == table.end ? .waiting : .draining(slot: end)
            return goOnIfOver()
        case .waiting:
            if !isAcceptingPaused { takeBacklog() }
            return goOnIfOver()
        }
    }

    private mutating func goOnIfOver() -> Bool {
        if drainStage != .waiting { return true }
        guard listeners.entries.isEmpty else { return !isAcceptingPaused }
        if table.count > 0 { return false }
        leaving.finish(clientsLeft: 0, hasBacklog: false)
        loop.stop()
        return true
    }

    /// Greets a batch of the clients that wait at each listener. Closes the listeners when none waits, or when so many have been accepted
    /// that the rest came after the request.
    private mutating func takeBacklog() {
        guard !listeners.entries.isEmpty else { return }
        var isEmpty = true
        // No list of them is made: there may be no memory for it. A listener that dies meanwhile is not found.
        for id in 0..<listeners.nextId where !acceptClients(id) { isEmpty = false }
        if isAcceptingPaused { return }
        leaving.takeFromBacklog(Self.acceptBatch * listeners.entries.count)
        guard isEmpty || leaving.hasTakenBacklog else { return }
        for entry in listeners.entries { loop.willClose(entry.listener.number) }
        listeners.close()
    }

    /// A client that is greeted after the others were told that the server leaves is told at once.
    mutating func drainIfLate(_ slot: Int) {
        guard leaving.hasBegun else { return }
        switch drainStage {
        case .takingBacklog: return
        case .draining, .waiting: drain(slot)
        }
    }

    /// Answers what the connection's queue holds now, then ends the connection.
    private mutating func drain(_ slot: Int) {
        guard table[slot].life.mustHearOfLeaving else { return }
        let queued = Socket.queuedBytes(table[slot].number)
        let step = table[slot].life.take(.serverLeaves(queued: queued))
        guard step != .wait else { return }
        table[slot].deadlineTick = 0
        perform(step, slot)
    }

    /// Counts down what the queue held; what an urgent byte hid is counted once that byte has been read.
    mutating func noteDrained(_ slot: Int, _ count: Int) {
        let queued = table[slot].life.asksForQueue ? Socket.queuedBytes(table[slot].number) : 0
        _ = table[slot].life.take(.received(count, queued: queued))
    }

    // MARK: - When time is over

    /// The deadline of leaving has come.
    mutating func drainTimeIsUp() {
        if leaving.judgeDeadline(at: loop.now, loop.absence) {
            cutOffRest()
        } else {
            loop.deadlines.set(Deadline.drain, at: leaving.deadline!)
        }
    }

    /// The remaining clients are cut off and counted; the command reports how many.
    private mutating func cutOffRest() {
        // The kernel may have taken, or received, something since the last call.
        for slot in 0..<table.end where table.isOccupied(slot) && table[slot].state == .writing {
            flush(slot)
        }
        leaving.finish(clientsLeft: admission.clients, hasBacklog: !listeners.entries.isEmpty)
        for slot in 0..<table.end where table.isOccupied(slot) { recordEnding(slot, .cut) }
        loop.stop()
    }

    /// Releases everything, however serving ended.
    mutating func closeAll() {
        listeners.close()
        _ = outgoing.takeAll()
        for slot in 0..<table.end where table.isOccupied(slot) { close(slot) }
    }
}
