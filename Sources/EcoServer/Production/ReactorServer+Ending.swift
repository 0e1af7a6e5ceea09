// How connections end without losing their last bytes.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// Without the current tick.
    static var lingerTicks: UInt32 { CoarseTimers.ticks(in: Lingering.time) - 1 }

    /// Decides how a connection ends, and counts it. The first decision stands.
    mutating func recordEnding(_ slot: Int, _ ending: Ending) {
        guard !table[slot].flags.contains(.ending) else { return }
        _ = table[slot].life.take(.ends)
        admission.count(ending)
    }

    /// Ends a connection whose answers are all sent, or that is broken.
    mutating func closeOrLinger(_ slot: Int, _ ending: Ending) {
        recordEnding(slot, ending)
        if ending.lingers { return goOn(slot) }
        if ending.isLoss { leaving.noteLoss() }
        close(slot)
    }

    /// Ends the sending side and reads until the client ends its own, for a limited time: closing with unread bytes would send a reset,
    /// which destroys answers that are still in flight. The time begins when the peer has acknowledged all of them.
    mutating func endSending(_ slot: Int) {
        let number = table[slot].number
        guard Socket.endSending(number) else { return close(slot) }
        let step = table[slot].life.take(.sendingEnded(owed: Lingering.owed(number)))
        switch table[slot].state {
        case .delivering: beginDelivering(slot, step)
        case .lingering: beginLingering(slot)
        default: perform(step, slot)
        }
    }

    private mutating func beginLingering(_ slot: Int) {
        grantTime(slot, until: loop.tick + Self.lingerTicks)
        _ = watch(slot, .readable)
    }

    // MARK: - Delivering

    /// Waits for the peer to acknowledge all of its answers, as long as it makes progress. Its input is discarded meanwhile, without a
    /// bound, because a client that writes before it reads would otherwise never get to its answers.
    private mutating func beginDelivering(_ slot: Int, _ step: ConnectionStep) {
        table[slot].patience = UInt16(clamping: writeTicks + credit(slot))
        grantTime(slot, until: loop.tick + 1)
        if step == .wait { _ = watch(slot, .readable) } else { perform(step, slot) }
    }

    /// Checks the send queue of a delivering connection, once per tick: no event reports acknowledgements.
    mutating func lookAtDelivery(_ expired: CoarseTimers.Expired) {
        let slot = expired.slot
        let number = table[slot].number
        let hasClientEnded = table[slot].flags.contains(.endOfStream)
        let owed = Lingering.owed(number)
        // A connection that is out of the poller is not reported when it breaks.
        if owed == 0 || (hasClientEnded && Socket.connectionError(number) != nil) {
            let step = table[slot].life.take(.delivered)
            return step == .wait ? beginLingering(slot) : perform(step, slot)
        }
        let earned = Progress.earned(acknowledged: Int(table[slot].amount) - owed)
        _ = table[slot].life.take(.acknowledged(earned.bytes))
        var time = AttendedTime(
            Int(writeTicks), left: Int(table[slot].patience), table[slot].driverFlags.excuse)
        time.earn(Int(earned.ticks))
        time.pass(Int(loop.tick - expired.deadline) + 1, wasAbsent: expired.isExcused)
        if time.isOver {
            leaving.noteLoss()
            return close(slot)
        }
        table[slot].patience = UInt16(clamping: time.left)
        table[slot].driverFlags.excuse = time.excuse
        setDeadline(slot, loop.tick + 1)
    }

    /// Takes a connection out of the poller, if it is there: the poller would report the client's end of stream constantly.
    mutating func parkIfWatched(_ slot: Int) {
        guard !table[slot].driverFlags.contains(.parked) else { return }
        park(slot)
    }

    /// Reads once from a connection that lingers or delivers, and discards it.
    mutating func discardInput(_ slot: Int) {
        switch unsafe Socket.receive(table[slot].number, into: memory.space.input) {
        case .bytes(let count): perform(table[slot].life.take(.received(count)), slot)
        case .endOfStream:
            perform(table[slot].life.take(.endOfStream, isServerLeaving: leaving.hasBegun), slot)
        case .failed: close(slot)
        case .wouldBlock, .interrupted: break
        }
    }

    /// Closes a connection in any state, and releases everything that it held.
    mutating func close(_ slot: Int) {
        if table[slot].state != .closed { _ = table[slot].life.take(.ceases) }
        let connection = table[slot]
        loop.willClose(connection.number)
        Descriptor.close(connection.number)
        if connection.pending != 0 { pending.remove(Int(connection.pending) - 1) }
        if connection.flags.contains(.refused) {
            admission.endLingering()
        } else {
            admission.leave(address: connection.address)
        }
        table.remove(slot)
        planRelease()
        if isAcceptingPaused { resumeAccepting() }
    }
}
