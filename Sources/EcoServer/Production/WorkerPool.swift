// Threads that do the work of texts, so that the loop does not have to.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor
internal import Synchronization

/// A pool of worker threads with one queue to it and one back.
///
/// Hand-offs are batched: `submit` takes all batches of a turn under one lock and wakes a thread once; the threads wake the
/// loop once for all answers that it has not fetched yet.
final class WorkerPool: Sendable {
    /// The texts of one read of one connection, and their answer.
    @safe
    struct Batch: Sendable {
        let token: Token
        fileprivate(set) var session: Session
        fileprivate(set) var answer = Answer.none
        // SAFETY: a batch is with the loop or with one worker, never with both: the queues' locks hand it over.
        nonisolated(unsafe) let space: AnswerSpace

        /// Copies the read into memory of its own, which `free()` gives back.
        init(token: Token, session: Session, read: Slice<UnsafeMutableRawBufferPointer>) {
            self.token = token
            self.session = session
            let count = unsafe read.count
            let base = UnsafeMutableRawPointer.allocate(
                byteCount: AnswerSpace.byteCount(readCapacity: count), alignment: 16)
            // SAFETY: the memory has room for the read and its answer.
            let space = unsafe AnswerSpace(base: base, readCapacity: count)
            unsafe space.input.copyMemory(from: UnsafeRawBufferPointer(rebasing: read))
            unsafe self.space = space
        }

        /// The memory that it occupies.
        var byteCount: Int { unsafe AnswerSpace.byteCount(readCapacity: space.readCapacity) }

        func free() { unsafe space.base.deallocate() }

        /// Does the work.
        fileprivate mutating func perform(_ work: SimulatedWork, _ policy: InvalidBytes) {
            unsafe answer = session.answer(in: space, count: space.readCapacity, invalidBytes: policy)
            work.perform(texts: answer.texts)
        }
    }

    private struct Queue {
        var waiting: [Batch] = []
        /// Batches before this index are taken.
        var head = 0
        var isClosed = false
        var threads = 0
    }

    let waker: Waker
    private let queue = Monitor(Queue())
    private let done = Monitor([Batch]())
    private let work: SimulatedWork
    private let invalidBytes: InvalidBytes
    private let threads: Int
    private let wakeUpCount = Atomic<Int>(0)

    /// Starts the threads. With none, somebody has to call `performNext()`.
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

    /// The last to leave, which may be a thread that was not waited for, gives back what is left.
    deinit {
        queue.withLock { queue in for batch in queue.waiting[queue.head...] { batch.free() } }
        done.withLock { batches in for batch in batches { batch.free() } }
    }

    /// How often `submit` woke a thread.
    var wakeUps: Int { wakeUpCount.load(ordering: .relaxed) }

    // MARK: - The loop's side

    /// Hands over all batches of a turn, and leaves the list empty.
    func submit(_ batches: inout [Batch]) {
        let count = batches.count
        queue.withLock { $0.waiting.append(contentsOf: batches) }
        batches.removeAll(keepingCapacity: true)
        // Without simulated work one thread does all of them sooner than others could be woken.
        for _ in 0..<(work == .none ? min(threads, 1) : min(count, threads)) {
            queue.wakeOne()
            wakeUpCount.add(1, ordering: .relaxed)
        }
    }

    /// The batches that are answered.
    func takeDone() -> [Batch] {
        waker.acknowledge()
        return done.withLock { batches in
            let taken = batches
            batches = []
            return taken
        }
    }

    /// Gives back what the queues keep for more batches; nothing waits.
    func releaseMemory() {
        queue.withLock { queue in
            guard queue.head == queue.waiting.count else { return }
            queue.waiting = []
            queue.head = 0
        }
    }

    /// Ends the threads once their present batch is done; what still waits is dropped.
    ///
    /// - Parameter waits: until all threads have ended, and all memory is given back.
    func close(waits: Bool = true) {
        queue.withLock { $0.isClosed = true }
        queue.wakeAll()
        guard waits else { return }
        queue.withLock(when: { $0.threads == 0 }) { queue in
            for batch in queue.waiting[queue.head...] { batch.free() }
            queue.waiting = []
            queue.head = 0
        }
        for batch in takeDone() { batch.free() }
    }

    // MARK: - The workers' side

    private func serve() {
        while let batches = take(waiting: true) { perform(batches) }
        queue.withLock { $0.threads -= 1 }
        queue.wakeAll()
    }

    /// Does what a worker would do next, on the calling thread. False if nothing waits.
    func performNext() -> Bool {
        guard let batches = take(waiting: false), !batches.isEmpty else { return false }
        perform(batches)
        return true
    }

    /// The next batches of one worker: all if they are quick, one if each takes its time; nil when the pool is closed.
    private func take(waiting: Bool) -> [Batch]? {
        let takesAll = work == .none
        return queue.withLock(when: { !waiting || $0.head < $0.waiting.count || $0.isClosed }) { queue in
            if queue.isClosed { return nil }
            guard queue.head < queue.waiting.count else { return [] }
            if !takesAll, queue.head + 1 < queue.waiting.count {
                queue.head += 1
                return [queue.waiting[queue.head - 1]]
            }
            let taken = Array(queue.waiting[queue.head...])
            queue.waiting.removeAll(keepingCapacity: true)
            queue.head = 0
            return taken
        }
    }

    private func perform(_ batches: [Batch]) {
        for var batch in batches {
            batch.perform(work, invalidBytes)
            let isFirst = done.withLock { done in
                done.append(batch)
                return done.count == 1
            }
            // With quick work the loop is woken when all are done; it would only take the processor from this thread.
            if isFirst, work != .none { waker.wake() }
        }
        if work == .none { waker.wake() }
    }
}
