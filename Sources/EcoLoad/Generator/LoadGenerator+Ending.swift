// The end of a client: goodbye, or another fate.
import LinuxIO
import Reactor

/// What a client says before it leaves, and the answer.
private enum Goodbye {
    static let text = Array("tchau\n".utf8)
    static let answer = Array("TCHAU\n".utf8)
}

extension LoadGenerator where Kind: ~Copyable {
    /// Says goodbye, or ends the sending side if the server knows no goodbye. A client that is not talking is closed.
    mutating func leave(_ slot: Int) {
        guard clients[slot].state == .talking else { return end(slot, .givenUp) }
        talking -= 1
        clients[slot].state = .leaving
        clients[slot].lineOffset = 0
        setDeadline(slot, loop.tick)
        guard job.plan.serverProtocol == .eco else {
            Socket.endSending(clients[slot].number)
            return
        }
        // SAFETY: the array's own bytes.
        let outcome = unsafe Goodbye.text.withUnsafeBytes { unsafe Socket.send(clients[slot].number, $0) }
        // Nothing is in flight, so there is room for six bytes, unless the connection is broken.
        guard outcome == .bytes(Goodbye.text.count) else { return end(slot, .reset) }
        measurements.bytesOut += Goodbye.text.count
    }

    /// Bytes of the answer to the goodbye.
    mutating func receiveFarewell(_ slot: Int, _ count: Int) {
        let expected = job.plan.serverProtocol == .eco ? Goodbye.answer : []
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
        case .leaving where job.plan.serverProtocol == .echo || Int(clients[slot].lineOffset) == Goodbye.answer.count:
            Kind.served(slot, in: &self)
            end(slot, .served)
        default: end(slot, .closedEarly)
        }
    }

    /// Closes a client, and notes its fate.
    mutating func end(_ slot: Int, _ fate: Ledger.Fate) {
        let index = Int(clients[slot].index)
        switch clients[slot].state {
        case .connecting, .greeting, .refused: ramp.connecting -= 1
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
        case .talking: Kind.ended(index, fate, in: &self)
        case .finishing: leaveIfFinished()
        case .leaving: endIfEmpty()
        default: break
        }
    }

    /// Whether no client is connected, or about to be.
    var isNobodyLeft: Bool { talking == 0 && ramp.connecting == 0 && ramp.opened == job.clients.count }
}
