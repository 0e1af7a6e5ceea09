// Sending what is due, and checking what comes back: the hot path.
import Glibc
import LinuxIO
import Reactor

extension LoadGenerator where Kind: ~Copyable {
    func isTalking(_ slot: Int) -> Bool { clients.isOccupied(slot) && clients[slot].state == .talking }

    // MARK: - Sending

    /// Sends this many messages now, or as many as the plan has left.
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
        let size = UInt32(job.tape.size(of: message))
        clients[slot].sendMessage = UInt32(job.tape.next(message))
        clients[slot].toSend += size
        clients[slot].toCheck += size
        queue.append(.init(planned: planned, sent: sent), to: &clients[slot].inFlight)
        if clients[slot].deadlineTick == 0 { setDeadline(slot, tickNow) }
    }

    /// Sends what may be sent, once.
    mutating func send(_ slot: Int) {
        let (toSend, place) = (Int(clients[slot].toSend), Int(clients[slot].sendPlace))
        guard toSend > 0 else { return watch(slot, write: false) }
        let length = min(toSend, job.tape.count + job.tape.overlap - place)
        // SAFETY: the ring with its overlap is long enough, and the place is within the ring.
        switch unsafe Socket.send(
            clients[slot].number, UnsafeRawBufferPointer(start: job.tape.texts + place, count: length))
        {
        case .bytes(let count):
            measurements.bytesOut += count
            clients[slot].toSend -= UInt32(count)
            clients[slot].sendPlace = UInt32((place + count) % job.tape.count)
            watch(slot, write: count < toSend)
        case .wouldBlock, .interrupted: watch(slot, write: true)
        case .failed(let errno): end(slot, Self.fate(of: errno))
        }
    }

    // MARK: - Receiving

    /// Reads once, and handles the bytes by the client's state.
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
        guard count <= expected, unsafe memcmp(buffer.baseAddress!, job.tape.answers + place, count) == 0 else {
            return wrongAnswer(slot, count)
        }
        clients[slot].checkPlace = UInt32((place + count) % job.tape.count)
        clients[slot].toCheck -= UInt32(count)
        clients[slot].since &+= Int64(count)
        let now = Instant.now.nanoseconds
        step(at: now)
        let answers = completeMessages(slot, from: place, count, now)
        guard answers > 0 else { return }
        if !clients[slot].hasBeenAnswered {
            clients[slot].hasBeenAnswered = true
            measurements.ledger.answered += 1
        }
        if clients[slot].inFlight.isEmpty { clients[slot].deadlineTick = 0 } else { setDeadline(slot, tickNow) }
        let isFinishing = phase == .finishing
        Kind.answered(slot, answers, at: now, in: &self)
        if isFinishing { leaveIfFinished() }
    }

    /// The turn goes on at this moment; if it stood still before, the kind is told for how long.
    @inline(__always)
    mutating func step(at now: Int64) { Kind.stoodStill(for: pauses.step(at: now), until: now, in: &self) }

    /// Removes the messages from flight whose last byte has come; returns their number.
    @inline(__always)
    private mutating func completeMessages(_ slot: Int, from place: Int, _ count: Int, _ now: Int64) -> Int {
        var message = Int(clients[slot].checkMessage)
        var end = place + count
        var answers = 0
        var ofWindow = 0
        // Messages that were sent together took the same time, and are counted together.
        var together = (planned: Int64.min, count: 0)
        while end >= Int(job.tape.ends[message]) {
            let moments = queue.popFirst(&clients[slot].inFlight)
            answers += 1
            if window.contains(moments.planned) {
                ofWindow += 1
                if moments.planned != together.planned {
                    if together.count > 0 { second.times.note(now - together.planned, count: together.count) }
                    together = (moments.planned, 0)
                }
                together.count += 1
                if Kind.hasSchedule { measurements.actual.note(now - moments.sent) }
                if moments.sent < pauses.lastEnd { notePaused(moments, now) }
            }
            if message + 1 == job.tape.ends.count { end -= job.tape.count }
            message = job.tape.next(message)
        }
        if together.count > 0 { second.times.note(now - together.planned, count: together.count) }
        clients[slot].checkMessage = UInt32(message)
        if window.contains(now) {
            // With --messages, those of the warm-up do not count.
            measurements.answered += job.messages == nil ? answers : ofWindow
            clients[slot].answered &+= UInt32(answers)
        }
        return answers
    }

    /// A message of the window was in flight while the generator did not run: that much of its time may be the generator's.
    @inline(never)
    mutating func notePaused(_ moments: MessageQueue.Moments, _ now: Int64) {
        measurements.paused.note(min(pauses.lastAbsence, now - moments.sent))
    }

    @inline(never)
    private mutating func wrongAnswer(_ slot: Int, _ count: Int) {
        let place = Int(clients[slot].checkPlace)
        var offset = 0
        let comparable = min(count, Int(clients[slot].toCheck))
        while offset < comparable, unsafe buffer[offset] == job.tape.answers[place + offset] { offset += 1 }
        let isExtra = offset >= Int(clients[slot].toCheck)
        note(
            WrongByte(
                client: Int(clients[slot].index), offset: UInt64(clients[slot].since) + UInt64(offset),
                expected: isExtra ? nil : unsafe job.tape.answers[place + offset], got: unsafe buffer[offset],
                part: "answer"))
        end(slot, .wrongBytes)
    }
}
