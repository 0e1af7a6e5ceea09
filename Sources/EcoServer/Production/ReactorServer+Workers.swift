// How texts get to worker threads, and answers back.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// Gives a read to the workers. The connection is not read from until the answer is back, which keeps the order and bounds the
    /// memory.
    mutating func handOver(_ slot: Int, _ count: Int) {
        let read = unsafe UnsafeRawBufferPointer(rebasing: memory.space.input.prefix(count))
        guard let batch = unsafe Batch(token: table.token(slot), session: table[slot].session, read: read) else {
            return closeOrLinger(slot, .resources)
        }
        _ = table[slot].life.take(.handedOver)
        table[slot].deadlineTick = 0
        batchBytes += batch.byteCount
        bufferPeak = max(bufferPeak, pending.totalBytes + batchBytes)
        outgoing.append(batch)
    }

    /// The batches that are with the workers count like answers that clients have not taken.
    var isFullOfBatches: Bool { batchBytes + pending.totalBytes >= service.configuration.maxPendingBytes }

    /// Stops reading a client: the workers hold as much as they may. It is read when they have answered some of it.
    mutating func stall(_ slot: Int) {
        let step = table[slot].life.take(.overloaded)
        table[slot].deadlineTick = 0
        guard stalled.append(table.token(slot)) else { return closeOrLinger(slot, .resources) }
        perform(step, slot)
    }

    /// Reads the clients again that had to wait for the workers.
    private mutating func resumeStalled() {
        guard !stalled.isEmpty, !isFullOfBatches || batchBytes == 0 else { return }
        defer { stalled.removeAll(keepingCapacity: true) }
        for index in 0..<stalled.count {
            // A client that is drained may have ended meanwhile, or be read from past an urgent byte.
            guard let slot = table.find(stalled[index]), table[slot].state == .stalled else { continue }
            _ = table[slot].life.take(.resumed)
            if watch(slot, .readable) { restartIdleTimer(slot) }
        }
    }

    /// An event for a connection whose texts are with a worker: takes it out of the poller, which would report it constantly (hang-ups
    /// even without any interest). Most batches come back before any event.
    mutating func park(_ slot: Int) {
        do { try loop.deregister(table[slot].number) } catch { return closeOrLinger(slot, .resources) }
        table[slot].driverFlags.insert(.parked)
    }

    /// Sends the answers that the workers have ready.
    mutating func takeAnswers() {
        guard let pool else { return }
        var done = pool.takeDone()
        while let batch = done.popFirst() {
            // A connection that was cut off meanwhile is not found.
            if let slot = table.find(batch.token) {
                table[slot].session = batch.session
                deliver(batch.answer, from: batch.space, slot)
            }
            batchBytes -= batch.byteCount
            batch.free()
        }
        resumeStalled()
        planRelease()
    }
}
