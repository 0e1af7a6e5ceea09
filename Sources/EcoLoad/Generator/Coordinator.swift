// The orders and reports between the generator's threads and the thread that runs them.
import LinuxIO
import Reactor

/// Orders to the threads, and their reports. Any thread may call it.
final class Coordinator: Sendable {
    /// What a thread has to do.
    enum Order: Sendable {
        case wait
        /// Talking begins at `start`; `window` is measured. In nanoseconds of the monotonic clock.
        case begin(start: Int64, window: Range<Int64>)
        /// No more messages: messages in flight are waited for, then all clients leave. `soon`: only for a moment.
        case stop(soon: Bool)
    }

    /// The progress of a thread.
    struct Progress: Sendable {
        var phase = LoadPhase.connecting
        var clients = 0
        var answered = 0
        var ledger = Ledger()
        /// Of the current second.
        var recent = Times()
    }

    private struct State {
        var orders: [Order]
        var mayLeave: Bool
        /// Threads that are ready, or over.
        var settled: Set<Int> = []
        var progress: [Progress]
        var results: [Result<Measurements, SystemError>] = []
    }

    private let wakers: [Waker]
    private let state: Monitor<State>

    /// - Parameter mayLeave: whether clients may leave when their work is done, without `letLeave`.
    init(threads: Int, mayLeave: Bool = true) throws(SystemError) {
        var wakers: [Waker] = []
        for _ in 0..<threads { wakers.append(try Waker()) }
        self.wakers = wakers
        state = Monitor(
            State(
                orders: .init(repeating: .wait, count: threads), mayLeave: mayLeave,
                progress: .init(repeating: Progress(), count: threads))
        )
    }

    // MARK: - The threads

    func waker(_ thread: Int) -> Waker { wakers[thread] }
    var mayLeave: Bool { state.withLock { $0.mayLeave } }
    func order(_ thread: Int) -> Order { state.withLock { $0.orders[thread] } }

    /// A thread's clients are connected, or will never be.
    func noteReady(_ thread: Int) {
        state.withLock { _ = $0.settled.insert(thread) }
        state.wakeAll()
    }

    func publish(_ thread: Int, _ progress: Progress) { state.withLock { $0.progress[thread] = progress } }

    func noteOver(_ thread: Int, _ result: Result<Measurements, SystemError>) {
        state.withLock {
            $0.settled.insert(thread)
            $0.results.append(result)
        }
        state.wakeAll()
    }

    // MARK: - The thread that runs them

    /// Gives all threads an order; after a stop, only a stop that is to be soon has an effect.
    func give(_ order: Order) {
        state.withLock { state in
            if case .stop = order { state.mayLeave = true }
            state.orders = state.orders.map { former in
                guard case .stop(let isSoon) = former else { return order }
                if case .stop(soon: true) = order { return order }
                return .stop(soon: isSoon)
            }
        }
        wakers.forEach { $0.wake() }
    }

    /// Clients may leave from now on.
    func letLeave() {
        state.withLock { $0.mayLeave = true }
        wakers.forEach { $0.wake() }
    }

    /// Waits until all threads are ready or over; returns whether they are.
    func waitUntilReady(_ deadline: Instant) -> Bool {
        state.wait(until: deadline) { $0.settled.count == $0.orders.count }
    }

    /// Waits until all threads are over; returns whether they are.
    func waitUntilOver(_ deadline: Instant) -> Bool {
        state.wait(until: deadline) { $0.results.count == $0.orders.count }
    }

    /// The progress of all threads together.
    var progress: Progress {
        state.withLock { state in
            var sum = Progress()
            for progress in state.progress {
                sum.clients += progress.clients
                sum.answered += progress.answered
                sum.ledger += progress.ledger
                sum.recent.add(progress.recent)
                if progress.phase == .talking || sum.phase != .talking { sum.phase = progress.phase }
            }
            return sum
        }
    }

    var results: [Result<Measurements, SystemError>] { state.withLock { $0.results } }
}
