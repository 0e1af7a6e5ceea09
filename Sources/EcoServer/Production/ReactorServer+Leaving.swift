// How the server leaves: nothing that was received stays unanswered.
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// How many connections one turn tells that the server leaves.
    private static var drainSlice: Int { 256 }

    /// Begins to leave.
    mutating func beginLeaving() {
        // A backlog holds one more than it is asked for; with so many taken, the rest came after the request.
        backlogLeft = service.limits.backlog + 1
        leaving.begin(at: loop.now)
        loop.deadlines.set(Deadline.drain, at: leaving.deadline!)
    }

    /// Leaves at once.
    mutating func quit(by signal: Signal?) {
        outcome = .quit(signal)
        loop.stop()
    }

    /// Does a turn's part of leaving. True if more is to be done at once.
    mutating func goOnLeaving() -> Bool {
        switch drainStage {
        case .takingBacklog:
            takeBacklog()
            // Without descriptors or memory the rest has to wait until some client has gone: so those inside go first.
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
        outcome = leaving.outcome(clientsLeft: 0, hasBacklog: false)
        loop.stop()
        return true
    }

    /// Greets a batch of those who wait at each listener. Closes the listeners once nobody does, or so many are taken that the
    /// rest must have come after the request.
    private mutating func takeBacklog() {
        guard !listeners.entries.isEmpty else { return }
        var isEmpty = true
        // No list of them is made: there may be no memory for it. One that dies meanwhile is not found.
        for id in 0..<listeners.nextId where !acceptClients(id) { isEmpty = false }
        if isAcceptingPaused { return }
        backlogLeft -= Self.acceptBatch
        guard isEmpty || backlogLeft <= 0 else { return }
        for entry in listeners.entries { loop.willClose(entry.listener.number) }
        listeners.close()
    }

    /// Who is greeted after the others were told that the server leaves is told at once.
    mutating func drainIfLate(_ slot: Int) {
        guard leaving.hasBegun else { return }
        switch drainStage {
        case .takingBacklog: return
        case .draining, .waiting: drain(slot)
        }
    }

    /// Lets a connection have what its queue holds at this moment answered, and end then.
    private mutating func drain(_ slot: Int) {
        guard table[slot].flags.lacks(.ending | .draining) else { return }
        let queued = Socket.queuedBytes(table[slot].number)
        let step = table[slot].life.take(.serverLeaves(queued: queued))
        guard step != .wait else { return }
        table[slot].deadlineTick = 0
        perform(step, slot)
    }

    /// Counts down what the queue held; what an urgent byte had hidden is counted once that has been read.
    mutating func noteDrained(_ slot: Int, _ count: Int) {
        let queued = table[slot].amount > 0 ? 0 : Socket.queuedBytes(table[slot].number)
        _ = table[slot].life.take(.received(count, queued: queued))
    }

    /// Ends a connection all of whose queue is read, unless an urgent byte hid the rest of it: a read skips that byte.
    mutating func finishDraining(_ slot: Int) {
        if !table[slot].flags.contains(.pastUrgentMark), Socket.isAtUrgentMark(table[slot].number) {
            let wasOpen = table[slot].state == .open
            let step = table[slot].life.take(.passesUrgentMark)
            if !wasOpen { guard watch(slot, .readable) else { return } }
            return perform(step, slot)
        }
        answerRestAndEnd(slot, .drained)
    }

    // MARK: - When time is over

    /// The deadline of leaving has come.
    mutating func drainTimeIsUp() {
        if leaving.isTimeUp(at: loop.now, loop.absence) {
            cutOffRest()
        } else {
            loop.deadlines.set(Deadline.drain, at: leaving.deadline!)
        }
    }

    /// Whoever is left is cut off, counted and told about.
    private mutating func cutOffRest() {
        // The kernel may have taken, or brought, something since it was last asked.
        for slot in 0..<table.end where table.isOccupied(slot) && table[slot].state == .writing {
            flush(slot)
        }
        outcome = leaving.outcome(clientsLeft: admission.clients, hasBacklog: !listeners.entries.isEmpty)
        for slot in 0..<table.end where table.isOccupied(slot) { recordEnding(slot, .cut) }
        loop.stop()
    }

    /// Gives everything back, however serving came to its end.
    mutating func closeAll() {
        listeners.close()
        _ = outgoing.takeAll()
        for slot in 0..<table.end where table.isOccupied(slot) { close(slot) }
    }
}
