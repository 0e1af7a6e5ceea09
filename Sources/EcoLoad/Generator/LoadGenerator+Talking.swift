// Sending what is due, and checking what comes back: the hot path.
import DequeModule
import Glibc
import LinuxIO
import Reactor

extension LoadGenerator {
    func isTalking(_ slot: Int) -> Bool { clients.isOccupied(slot) && clients[slot].state == .talking }

    // MARK: - Sending

    /// Sends so many messages, now, or as many as the plan has left.
    mutating func say(_ slot: Int, _ count: Int, now: Int64, _ loop: inout EventLoop) {
        let allowed = min(count, quota)
        quota -= allowed
        for _ in 0..<allowed { enqueue(slot, planned: now, sent: now) }
        send(slot, &loop)
        if quota == 0 { finish(&loop) }
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
    mutating func send(_ slot: Int, _ loop: inout EventLoop) {
        let (toSend, place) = (Int(clients[slot].toSend), Int(clients[slot].sendPlace))
        guard toSend > 0 else { return watch(slot, write: false, &loop) }
        let length = min(toSend, tape.count + tape.overlap - place)
        // SAFETY: the ring and its overlap are so long, and the place is within the ring.
        switch unsafe Socket.send(
            clients[slot].number, UnsafeRawBufferPointer(start: tape.texts + place, count: length))
        {
        case .bytes(let count):
            measurements.bytesOut += count
            clients[slot].toSend -= UInt32(count)
            clients[slot].sendPlace = UInt32((place + count) % tape.count)
            watch(slot, write: count < toSend, &loop)
        case .wouldBlock, .interrupted: watch(slot, write: true, &loop)
        case .failed(let errno): end(slot, Self.fate(of: errno), &loop)
        }
    }

    // MARK: - Receiving

    /// Reads once, and does with it what the client's state says.
    mutating func receive(_ slot: Int, _ loop: inout EventLoop) {
        switch unsafe Socket.receive(clients[slot].number, into: buffer) {
        case .bytes(let count):
            measurements.bytesIn += count
            switch clients[slot].state {
            case .talking: receiveAnswers(slot, count, &loop)
            case .greeting: receiveGreeting(slot, count, &loop)
            case .leaving: receiveFarewell(slot, count, &loop)
            case .refused, .connecting: break
            }
        case .endOfStream: receiveEnd(slot, &loop)
        case .failed(let errno): end(slot, Self.fate(of: errno), &loop)
        case .wouldBlock, .interrupted: break
        }
    }

    /// Checks the bytes, and notes the answers that they complete.
    private mutating func receiveAnswers(_ slot: Int, _ count: Int, _ loop: inout EventLoop) {
        let place = Int(clients[slot].checkPlace)
        let expected = Int(clients[slot].toCheck)
        // SAFETY: the overlap is as long as the buffer, and the place is within the ring.
        guard count <= expected, unsafe memcmp(buffer.baseAddress!, tape.answers + place, count) == 0 else {
            return wrongAnswer(slot, count, &loop)
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
        if plan.isOpenLoop { return goOn(slot, answers, now, &loop) }
        switch phase {
        case .talking where plan.mode == .talk:
            if plan.thinkSeconds > 0 { think(slot, answers, now, &loop) } else { say(slot, answers, now: now, &loop) }
        case .finishing: leaveIfFinished(&loop)
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
    private mutating func wrongAnswer(_ slot: Int, _ count: Int, _ loop: inout EventLoop) {
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
        end(slot, .wrongBytes, &loop)
    }

    // MARK: - Thinking

    private mutating func think(_ slot: Int, _ count: Int, _ now: Int64, _ loop: inout EventLoop) {
        let at = now + Int64(plan.thinkSeconds * 1e9)
        for _ in 0..<count { thinking.append((at, clients.token(slot))) }
        if thinking.count == count { loop.deadlines.set(Deadline.think, at: Instant(nanoseconds: at)) }
    }

    /// Those that have thought long enough go on. The pause is the same for all, so they come in the order of their moments.
    mutating func resumeThinkers(_ loop: inout EventLoop) {
        let now = Instant.now.nanoseconds
        while let first = thinking.first, first.at <= now, phase == .talking {
            thinking.removeFirst()
            if let slot = clients.find(first.token) { say(slot, 1, now: Instant.now.nanoseconds, &loop) }
        }
        guard let first = thinking.first, phase == .talking else { return }
        loop.deadlines.set(Deadline.think, at: Instant(nanoseconds: first.at))
    }
}
