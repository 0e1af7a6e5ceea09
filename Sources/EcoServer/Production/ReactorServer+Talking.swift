// How texts are read and answers sent.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    // MARK: - Reading

    /// Reads once and answers.
    @inline(__always)
    mutating func receive(_ slot: Int) {
        if batchBytes > 0, isFullOfBatches { return stall(slot) }
        var input = unsafe memory.space.input
        let isDraining = table[slot].flags.contains(.draining)
        if isDraining, let limit = table[slot].life.readLimit { unsafe input = .init(rebasing: input.prefix(limit)) }
        switch unsafe Socket.receive(table[slot].number, into: input) {
        case .bytes(let count):
            page.add(UInt64(count), to: .bytesIn)
            if isDraining { noteDrained(slot, count) }
            if pool != nil { return handOver(slot, count) }
            let answer = table[slot].session.answer(in: memory.space, count: count, invalidBytes: invalidBytes)
            if work != .none {
                work.perform(texts: answer.texts)
                loop.readClock()
            }
            deliver(answer, from: memory.space, slot)
        case .endOfStream:
            perform(table[slot].life.take(.endOfStream), slot)
        case .wouldBlock:
            // The kernel may just have had no memory for the read: then the bytes still wait, and are reported again.
            if isDraining {
                perform(table[slot].life.take(.nothingRead(queued: Socket.queuedBytes(table[slot].number))), slot)
            }
        case .interrupted: break
        case .failed: closeOrLinger(slot, .broken)
        }
    }

    /// Answers what is held, and ends the session: nothing more is to be read, unless an urgent byte hid the rest of the queue. A read
    /// skips that byte.
    mutating func finish(_ slot: Int) {
        if table[slot].life.mayBeAtUrgentMark, Socket.isAtUrgentMark(table[slot].number) {
            let wasOpen = table[slot].state == .open
            let step = table[slot].life.take(.passesUrgentMark)
            if !wasOpen { guard watch(slot, .readable) else { return } }
            return perform(step, slot)
        }
        let ending = table[slot].life.finalEnding
        let answer = table[slot].session.finish(in: memory.space, invalidBytes: ending.policy(invalidBytes))
        page.count(answer)
        unsafe send(
            memory.space[answer.bytes], slot, ending: Ending(answer.verdict) ?? ending)
    }

    // MARK: - Answering

    /// Sends the answer to a read, and goes on or ends as the answer's verdict says.
    @inline(__always)
    mutating func deliver(_ answer: Answer, from space: AnswerSpace, _ slot: Int) {
        page.count(answer)
        unsafe send(space[answer.bytes], slot, ending: Ending(answer.verdict))
    }

    /// Sends bytes once; what the kernel does not take stays pending. Then the connection goes on, or ends with the given ending.
    @inline(__always)
    mutating func send(_ bytes: UnsafeRawBufferPointer, _ slot: Int, ending: Ending?) {
        var sent = 0
        if unsafe !bytes.isEmpty {
            switch unsafe Socket.send(table[slot].number, bytes, isLast: ending != nil) {
            case .bytes(let count): sent = count
            case .wouldBlock, .interrupted: break
            case .failed: return closeOrLinger(slot, .broken)
            }
            page.add(UInt64(sent), to: .bytesOut)
        }
        if sent < bytes.count {
            if let ending { recordEnding(slot, ending) }
            return unsafe keep(UnsafeRawBufferPointer(rebasing: bytes[sent...]), slot)
        }
        if let ending { return closeOrLinger(slot, ending) }
        goOn(slot)
    }

    /// Everything is answered: reads again, or ends.
    @inline(__always)
    mutating func goOn(_ slot: Int) {
        let wasOpen = table[slot].state == .open
        let step = table[slot].life.take(.answered, isServerLeaving: leaving.hasBegun)
        guard step == .wait else { return perform(step, slot) }
        if !wasOpen { guard watch(slot, .readable) else { return } }
        restartIdleTimer(slot)
    }

    // MARK: - Pending answers

    /// Keeps what the kernel did not take, and waits for it to have room.
    mutating func keep(_ bytes: UnsafeRawBufferPointer, _ slot: Int) {
        let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
        let credit = credit(slot)
        let number = unsafe pending.insert(
            bytes, slot: slot, tick: loop.tick + credit, unacknowledged: unacknowledged)
        guard let number else { return closeOrLinger(slot, .resources) }
        bufferPeak = max(bufferPeak, pending.totalBytes + batchBytes)
        table[slot].pending = UInt32(number + 1)
        _ = table[slot].life.take(.pends)
        guard watch(slot, .writable) else { return }
        grantTime(slot, until: loop.tick + credit + writeTicks)
        let excess = pending.totalBytes - service.configuration.maxPendingBytes
        guard excess > 0 else { return }
        var worst = pending.worst(freeing: excess)
        while let slot = pending.next(&worst) {
            closeOrLinger(slot, .pendingLimit)
        }
    }

    /// The kernel has room: sends the pending answers, once.
    mutating func flush(_ slot: Int) {
        let number = Int(table[slot].pending) - 1
        noteTaken(slot)
        switch unsafe Socket.send(table[slot].number, pending.rest(number)) {
        case .bytes(let count):
            page.add(UInt64(count), to: .bytesOut)
            // The deadline does not change: the peer's progress is checked when it comes.
            pending.take(number, count)
            guard unsafe pending.rest(number).isEmpty else { return }
            let unacknowledged = Socket.unacknowledgedBytes(table[slot].number)
            let credit = pending.credit(number, tick: loop.tick, unacknowledged: unacknowledged)
            table[slot].patience = UInt16(clamping: credit)
            pending.remove(number)
            table[slot].pending = 0
            table[slot].deadlineTick = 0
            planRelease()
            goOn(slot)
        case .wouldBlock, .interrupted: break
        case .failed: closeOrLinger(slot, .broken)
        }
    }

    // MARK: - Interest

    /// Watches a connection for this interest; calls the kernel only if the interest is new. False if the connection is lost by that.
    mutating func watch(_ slot: Int, _ interest: Interest) -> Bool {
        let flags = table[slot].driverFlags
        do {
            if flags.contains(.parked) {
                try loop.register(table[slot].number, table.token(slot), interest: interest)
            } else if flags.contains(.watchesWritable) != (interest == .writable) {
                try loop.update(table[slot].number, table.token(slot), interest: interest)
            }
        } catch {
            closeOrLinger(slot, .resources)
            return false
        }
        table[slot].driverFlags.remove(.parked)
        if interest == .writable {
            table[slot].driverFlags.insert(.watchesWritable)
        } else {
            table[slot].driverFlags.remove(.watchesWritable)
        }
        return true
    }
}
