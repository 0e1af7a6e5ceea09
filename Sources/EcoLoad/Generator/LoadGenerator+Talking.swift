// Sending what is due, and checking what comes back: the hot path.
import DequeModule
import Glibc
import LinuxIO
import Reactor

extension LoadGenerator {
    func isTalking(_ slot: Int) -> Bool { clients.isOccupied(slot) && clients[slot].state == .talking }

    // MARK: - Sending

    /// Sends so many messages, now, or as many as the plan has left.
    mutating func say(_ slot: Int, _ count: Int, now: Int64) {
        let allowed = min(count, quota)
        quota -= allowed
        for _ in 0..<allowed { enqueue(slot, planned: now, sent: now) }
        send(slot)
        if quota == 0 { finish() }
    }

    /// Adds the client's next message to what may be sent.
    @inline(__always)
    mutating func enqueue(_ slot: Int, planned: Int64, sent: Int64) {
        let message = Int(clients[slot].sendMessage)
        let size = UInt32(tape.size(of: message))
        clients[slot].sendMessage = UInt32(tape.next(message))
        clients[slot].toSend += size
        clients[slot].toCheck += size
        queue.append(.init(planned: planned, sent: sent), to: &clients[slot].inFlight)
        if clients[slot].deadlineTick == 0 { setDeadline(slot, tickNow) }
    }

    /// Hands over what may be sent, once.
    mutating func send(_ slot: Int) {
        let (toSend, place) = (Int(clients[slot].toSend), Int(clients[slot].sendPlace))
        guard toSend > 0 else { return watch(slot, write: false) }
        let length = min(toSend, tape.count + tape.overlap - place)
        // SAFETY: the ring and its overlap are so long, and the place is within the ring.
        switch unsafe Socket.send(
            clients[slot].number, UnsafeRawBufferPointer(start: tape.texts + place, count: length))
        {
        case .bytes(let count):
            measurements.bytesOut += count
            clients[slot].toSend -= UInt32(count)
            clients[slot].sendPlace = UInt32((place + count) % tape.count)
            watch(slot, write: count < toSend)
        case .wouldBlock, .interrupted: watch(slot, write: true)
        case .failed(let errno): end(slot, Self.fate(of: errno))
        }
    }

    // MARK: - Receiving

    /// Reads once, and does with it what the client's state says.
    mutating func receive(_ slot: Int) {
        switch unsafe Socket.receive(clients[slot].number, into: buffer) {
        case .bytes(let count):
            measurements.bytesIn += count
            switch clients[slot].state {
            case .talking: receiveAnswers(slot, count)
            case .greeting: receiveGreeting(slot, count)
            case .leaving: receiveFarewell(slot, count)
            case .refused, .connecting: break
            }
        case .endOfStream: receiveEnd(slot)
        case .failed(let errno): end(slot, Self.fate(of: errno))
        case .wouldBlock, .interrupted: break
        }
    }

    /// Checks the bytes, and notes the answers that they complete.
    private mutating func receiveAnswers(_ slot: Int, _ count: Int) {
        let place = Int(clients[slot].checkPlace)
        let expected = Int(clients[slot].toCheck)
        // SAFETY: the overlap is as long as the buffer, and the place is within the ring.
        guard count <= expected, unsafe memcmp(buffer.baseAddress!, tape.answers + place, count) == 0 else {
            return wrongAnswer(slot, count)
        }
        clients[slot].checkPlace = UInt32((place + count) % tape.count)
        clients[slot].toCheck -= UInt32(count)
        clients[slot].since &+= Int64(count)
        let now = Instant.now.nanoseconds
        ownDelay.wasAbsent(for: pauses.step(at: now), until: now)
        let answers = completeMessages(slot, from: place, count, now)
        guard answers > 0 else { return }
        if !clients[slot].hasBeenAnswered {
            clients[slot].hasBeenAnswered = true
            measurements.ledger.answered += 1
        }
        if clients[slot].inFlight.isEmpty { clients[slot].deadlineTick = 0 } else { setDeadline(slot, tickNow) }
        if plan.isOpenLoop { return goOn(slot, answers, now) }
        switch phase {
        case .talking where plan.mode == .talk:
            if plan.thinkSeconds > 0 { think(slot, answers, now) } else { say(slot, answers, now: now) }
        case .finishing: leaveIfFinished()
        default: break
        }
    }

    /// Takes the messages out of flight whose last byte came; returns how many.
    @inline(__always)
    private mutating func completeMessages(_ slot: Int, from place: Int, _ count: Int, _ now: Int64) -> Int {
        var message = Int(clients[slot].checkMessage)
        var end = place + count
        var answers = 0
        var ofWindow = 0
        // Messages that were sent together took as long, and are counted together.
        var together = (planned: Int64.min, count: 0)
        while end >= Int(tape.ends[message]) {
            let moments = queue.popFirst(&clients[slot].inFlight)
            answers += 1
            if window.contains(moments.planned) {
                ofWindow += 1
                if moments.planned != together.planned {
                    if together.count > 0 { currentTimes.note(now - together.planned, count: together.count) }
                    together = (moments.planned, 0)
                }
                together.count += 1
                if plan.isOpenLoop { measurements.actual.note(now - moments.sent) }
                if moments.sent < pauses.lastEnd { notePaused(moments, now) }
            }
            if message + 1 == tape.ends.count { end -= tape.count }
            message = tape.next(message)
        }
        if together.count > 0 { currentTimes.note(now - together.planned, count: together.count) }
        clients[slot].checkMessage = UInt32(message)
        if window.contains(now) {
            // Where a number of messages was asked for, those of the warm-up are not among them.
            measurements.answered += share.messages == nil ? answers : ofWindow
            clients[slot].answered &+= UInt32(answers)
        }
        return answers
    }

    /// A message of the window was under way while the generator did not run: so much of its time may be the generator's.
    @inline(never)
    mutating func notePaused(_ moments: MessageQueue.Moments, _ now: Int64) {
        measurements.paused.note(min(pauses.lastAbsence, now - moments.sent))
    }

    @inline(never)
    private mutating func wrongAnswer(_ slot: Int, _ count: Int) {
        let place = Int(clients[slot].checkPlace)
        var offset = 0
        let comparable = min(count, Int(clients[slot].toCheck))
        while offset < comparable, unsafe buffer[offset] == tape.answers[place + offset] { offset += 1 }
        let isExtra = offset >= Int(clients[slot].toCheck)
        note(
            WrongByte(
                client: Int(clients[slot].index), offset: UInt64(clients[slot].since) + UInt64(offset),
                expected: isExtra ? nil : unsafe tape.answers[place + offset], got: unsafe buffer[offset],
                part: "answer"))
        end(slot, .wrongBytes)
    }

    // MARK: - Thinking

    private mutating func think(_ slot: Int, _ count: Int, _ now: Int64) {
        let at = now + Int64(plan.thinkSeconds * 1e9)
        for _ in 0..<count { thinking.append((at, clients.token(slot))) }
        if thinking.count == count { loop.deadlines.set(Deadline.think, at: Instant(nanoseconds: at)) }
    }

    /// Those that have thought long enough go on. The pause is the same for all, so they come in the order of their moments.
    mutating func resumeThinkers() {
        let now = Instant.now.nanoseconds
        while let first = thinking.first, first.at <= now, phase == .talking {
            thinking.removeFirst()
            if let slot = clients.find(first.token) { say(slot, 1, now: Instant.now.nanoseconds) }
        }
        guard let first = thinking.first, phase == .talking else { return }
        loop.deadlines.set(Deadline.think, at: Instant(nanoseconds: first.at))
    }
}
