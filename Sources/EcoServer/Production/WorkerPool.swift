// Threads that do the work of texts, so that the loop does not have to.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

/// A pool of worker threads with one queue to it and one back.
///
/// Hand-offs are batched: `submit` takes all batches of a turn under one lock and wakes a thread once; the threads wake the loop once for
/// all answers that it has not taken yet.
final class WorkerPool: Sendable {
    private struct Queue: ~Copyable, Sendable {
        var waiting = BatchList()
        var isClosed = false
        var threads = 0
        /// How often a thread was woken.
        var wakeUps = 0
    }

    let waker: Waker
    private let queue = Monitor(Queue())
    private let done = Monitor(BatchList())
    private let work: SimulatedWork
    private let invalidBytes: InvalidBytes
    private let threads: Int

    /// Starts the threads. With none, the caller has to call `performNext()`.
    init(threads: Int, work: SimulatedWork, invalidBytes: InvalidBytes) throws(SystemError) {
        waker = try Waker()
        self.work = work
        self.invalidBytes = invalidBytes
        self.threads = threads
        for index in 0..<threads {
            queue.withLock { $0.threads += 1 }
            do { try Thread.start(name: "eco-worker-\(index)", stackBytes: 256 << 10) { self.serve() } } catch {
                queue.withLock { $0.threads -= 1 }
                close()
                throw error
            }
        }
    }

    /// How often `submit` woke a thread.
    var wakeUps: Int { queue.withLock { $0.wakeUps } }

    // MARK: - The loop's side

    /// Hands over all batches of a turn, and leaves the list empty.
    func submit(_ batches: inout BatchList) {
        // Without simulated work, one thread finishes all of them before others could wake.
        let wakeUps = min(work == .none ? 1 : batches.count, threads)
        queue.withLock { queue in
            queue.waiting.append(all: &batches)
            queue.wakeUps += wakeUps
        }
        for _ in 0..<wakeUps { queue.wakeOne() }
    }

    /// The answered batches.
    func takeDone() -> BatchList {
        waker.acknowledge()
        return done.withLock { $0.takeAll() }
    }

    /// Ends the threads after their current batch; what still waits is dropped.
    ///
    /// - Parameter waits: until all threads have ended, and all memory is freed.
    func close(waits: Bool = true) {
        queue.withLock { $0.isClosed = true }
        queue.wakeAll()
        guard waits else { return }
        queue.withLock(when: { $0.threads == 0 }) { _ = $0.waiting.takeAll() }
        _ = takeDone()
    }

    // MARK: - The workers' side

    private func serve() {
        while let batches = take(waiting: true) { perform(batches) }
        queue.withLock { $0.threads -= 1 }
        queue.wakeAll()
    }

    /// Does the next work of a worker, on the calling thread. False if nothing waits.
    func performNext() -> Bool {
        guard let batches = take(waiting: false), !batches.isEmpty else { return false }
        perform(batches)
        return true
    }

    /// The next batches of one worker: all if they are quick, one if each takes long; nil when the pool is closed.
    private func take(waiting: Bool) -> BatchList? {
        let takesAll = work == .none
        return queue.withLock(when: { !waiting || !$0.waiting.isEmpty || $0.isClosed }) { queue in
            if queue.isClosed { return nil }
            if takesAll { return queue.waiting.takeAll() }
            var taken = BatchList()
            if let batch = queue.waiting.popFirst() { taken.append(batch) }
            return taken
        }
    }

    private func perform(_ batches: consuming BatchList) {
        while let batch = batches.popFirst() {
            batch.perform(work, invalidBytes)
            let isFirst = done.withLock { done in
                done.append(batch)
                return done.count == 1
            }
            // With quick work the loop is woken when all are done; earlier, it would only take the processor from this thread.
            if isFirst, work != .none { waker.wake() }
        }
        if work == .none { waker.wake() }
    }
}
