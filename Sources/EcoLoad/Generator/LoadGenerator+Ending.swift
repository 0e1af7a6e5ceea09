// The end of a client: goodbye, or whatever else became of it.
import LinuxIO
import Reactor

extension LoadGenerator {
    private static let goodbye = Array("tchau\n".utf8)
    private static let farewell = Array("TCHAU\n".utf8)

    /// Says goodbye, or ends the sending side where the server knows no goodbye. One that is not talking is closed.
    mutating func leave(_ slot: Int) {
        guard clients[slot].state == .talking else { return end(slot, .givenUp) }
        talking -= 1
        clients[slot].state = .leaving
        clients[slot].lineOffset = 0
        setDeadline(slot, loop.tick)
        guard plan.serverProtocol == .eco else {
            Socket.endSending(clients[slot].number)
            return
        }
        let now = Instant.now.nanoseconds
        if plan.mode == .churn {
            queue.append(.init(planned: clients[slot].since, sent: now), to: &clients[slot].inFlight)
        }
        // SAFETY: the array's own bytes.
        let outcome = unsafe Self.goodbye.withUnsafeBytes { unsafe Socket.send(clients[slot].number, $0) }
        // Nothing is in flight, so that there is room for six bytes, unless the connection is broken.
        guard outcome == .bytes(Self.goodbye.count) else { return end(slot, .reset) }
        measurements.bytesOut += Self.goodbye.count
    }

    /// Bytes of the answer to the goodbye.
    mutating func receiveFarewell(_ slot: Int, _ count: Int) {
        let expected = plan.serverProtocol == .eco ? Self.farewell : []
        for place in 0..<count {
            let offset = Int(clients[slot].lineOffset)
            let byte = unsafe buffer[place]
            guard offset < expected.count, byte == expected[offset] else {
                note(
                    WrongByte(
                        client: Int(clients[slot].index), offset: UInt64(offset),
                        expected: offset < expected.count ? expected[offset] : nil, got: byte, part: "goodbye"))
                return end(slot, .wrongBytes)
            }
            clients[slot].lineOffset += 1
        }
    }

    /// The server has ended its side.
    mutating func receiveEnd(_ slot: Int) {
        switch clients[slot].state {
        case .refused: end(slot, .refused)
        case .leaving where plan.serverProtocol == .echo || Int(clients[slot].lineOffset) == Self.farewell.count:
            sessionIsOver(slot)
        default: end(slot, .closedEarly)
        }
    }

    private mutating func sessionIsOver(_ slot: Int) {
        if plan.mode == .churn, !clients[slot].inFlight.isEmpty {
            let moments = queue.popFirst(&clients[slot].inFlight)
            let now = Instant.now.nanoseconds
            measurements.ledger.answered += 1
            clients[slot].hasBeenAnswered = true
            _ = pauses.step(at: now)
            if window.contains(now) {
                currentTimes.note(now - moments.planned)
                if moments.sent < pauses.lastEnd { notePaused(moments, now) }
                measurements.answered += 1
                measurements.plannedCount += 1
                clients[slot].answered = 1
            }
        }
        end(slot, .served)
    }

    /// Closes a client, and notes what became of it.
    mutating func end(_ slot: Int, _ fate: Ledger.Fate) {
        let index = Int(clients[slot].index)
        switch clients[slot].state {
        case .connecting, .greeting, .refused: connecting -= 1
        case .talking: talking -= 1
        case .leaving: break
        }
        while !clients[slot].inFlight.isEmpty {
            let moments = queue.popFirst(&clients[slot].inFlight)
            guard window.contains(moments.planned) else { continue }
            if fate == .givenUp {
                measurements.givenUp.note(Instant.now.nanoseconds - moments.planned)
            } else {
                measurements.unanswered += 1
            }
        }
        measurements.ledger.count(fate)
        if clients[slot].state == .talking || clients[slot].state == .leaving {
            measurements.fairness.count(Int(clients[slot].answered), hasBeenAnswered: clients[slot].hasBeenAnswered)
        }
        loop.willClose(clients[slot].number)
        Descriptor.close(clients[slot].number)
        clients.remove(slot)
        switch phase {
        case .connecting:
            openMore()
            settleIfConnected()
        case .talking where plan.mode == .churn: nextSession(index, after: fate)
        case .talking where talking == 0 && connecting == 0 && opened == share.clients.count && !plan.isOpenLoop:
            // Nobody is left.
            finish()
        case .finishing: leaveIfFinished()
        case .leaving: endIfEmpty()
        default: break
        }
    }

    /// In churn a client begins anew.
    mutating func nextSession(_ index: Int, after fate: Ledger.Fate) {
        guard quota > 0 else { return endChurnIfDone() }
        if fate == .served { open(index: index) } else { tryAgain(index) }
    }

    /// As many sessions as were asked for have been begun, and the last of them is over.
    mutating func endChurnIfDone() {
        guard plan.mode == .churn, phase == .talking, quota <= 0, clients.count == 0, retries.isEmpty else { return }
        finish()
    }

    /// Opens a connection anew, after a pause, since a server that refuses everybody would be asked without end.
    mutating func tryAgain(_ index: Int) {
        if retries.isEmpty { loop.deadlines.set(Deadline.ramp, at: loop.now + .milliseconds(10)) }
        retries.append(index)
    }
}
