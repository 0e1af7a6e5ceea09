// What the generator's threads and whoever runs them tell each other.
import LinuxIO
import Reactor

/// Orders to the threads, and news of them. Any thread may call this.
final class Coordinator: Sendable {
    /// What a thread is to do.
    enum Order: Sendable {
        case wait
        /// Talking begins at a moment; of it a window is measured. In nanoseconds of the monotonic clock.
        case begin(start: Int64, window: Range<Int64>)
        /// No message more: what is in flight is waited for, then everybody leaves. Soon: what takes longer than a moment is not
        /// waited for.
        case stop(soon: Bool)
    }

    /// How a thread is getting on.
    struct Progress: Sendable {
        var phase = LoadPhase.connecting
        var clients = 0
        var answered = 0
        var ledger = Ledger()
        /// Of the second under way.
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

    /// - Parameter mayLeave: whether clients may leave when they have done their work, without `letLeave`.
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

    /// A thread's clients are there, or will never be.
    func isReady(_ thread: Int) {
        state.withLock { _ = $0.settled.insert(thread) }
        state.wakeAll()
    }

    func publish(_ thread: Int, _ progress: Progress) { state.withLock { $0.progress[thread] = progress } }

    func isOver(_ thread: Int, _ result: Result<Measurements, SystemError>) {
        state.withLock {
            $0.settled.insert(thread)
            $0.results.append(result)
        }
        state.wakeAll()
    }

    // MARK: - Whoever runs them

    /// Gives all threads an order; who was told to stop is told nothing more, but to do so soon.
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

    /// Waits until all threads are ready or over; says whether they are.
    func waitUntilReady(_ deadline: Instant) -> Bool {
        state.wait(until: deadline) { $0.settled.count == $0.orders.count }
    }

    /// Waits until all threads are over; says whether they are.
    func waitUntilOver(_ deadline: Instant) -> Bool {
        state.wait(until: deadline) { $0.results.count == $0.orders.count }
    }

    /// How all threads together are getting on.
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
