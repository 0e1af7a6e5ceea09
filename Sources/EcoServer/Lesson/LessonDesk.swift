// What the blocking models share: who is being served, and how those who block hear that the server leaves.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor
internal import Synchronization

/// The desk of a model whose threads block: it counts clients in and out, and interrupts everybody when the server leaves.
///
/// A thread that blocks in a system call cannot look at a flag. So a supervisor thread watches the signals; when the server is
/// to leave it sets the flag and sends each serving thread a signal that does nothing, but makes its call return. The thread may
/// have looked at the flag just before and block just after: so the signal is repeated until the thread has left.
final class LessonDesk: Sendable {
    /// How far the server has got with leaving.
    enum Phase: UInt8, AtomicRepresentable, Comparable {
        case serving
        /// What has been received is answered, then every client's connection ends.
        case leaving
        /// Whoever is left is cut off.
        case over

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State {
        /// Threads that serve or are about to.
        var expected = 0
        /// Those of them that can be interrupted.
        var threads: Set<Int32> = []
        var clients = 0
        var refusals = 0
        var counters = ServerCounters()
        var outcome = ServerOutcome.drained
        var isOver = false
    }

    /// How often those who may have missed the signal get it again.
    private static let kickInterval = Duration.milliseconds(20)
    /// A conversing thread's stack; only what is touched takes memory.
    private static let stackBytes = 128 << 10

    let service: Service
    private let state = Monitor(State())
    private let phaseNow = Atomic(Phase.serving)
    let turn = Atomic<UInt>(0)
    private let bytesIn = Atomic<UInt64>(0)
    private let bytesOut = Atomic<UInt64>(0)
    private let texts = Atomic<UInt64>(0)
    private let invalidBytes = Atomic<UInt64>(0)

    /// Opens the desk and starts its supervisor; the calling thread is the one that accepts.
    init(_ service: Service) throws(SystemError) {
        UpperCaseTable.prepare()
        self.service = service
        try Thread.installKick()
        expectThread()
        arrive()
        try Thread.start(name: "eco-supervisor", stackBytes: 256 << 10) { self.supervise() }
    }

    var phase: Phase { phaseNow.load(ordering: .acquiring) }

    // MARK: - Threads that serve

    /// A thread is about to be started, which will arrive and depart.
    private func expectThread() { state.withLock { $0.expected += 1 } }

    /// The thread could not be started.
    private func expectThreadNoMore() { state.withLock { $0.expected -= 1 } }

    /// Starts a thread that converses, of which the desk knows before it runs, so that leaving waits for it.
    func start(_ body: @escaping @Sendable () -> Void) throws(SystemError) {
        expectThread()
        do throws(SystemError) {
            try Thread.start(name: "eco-client", stackBytes: Self.stackBytes, blocking: Service.handledSignals) {
                self.arrive()
                body()
                self.depart()
            }
        } catch {
            expectThreadNoMore()
            throw error
        }
    }

    /// The calling thread can be interrupted from here on.
    private func arrive() {
        let thread = Thread.current
        state.withLock { _ = $0.threads.insert(thread) }
    }

    /// The calling thread has nothing more to do.
    private func depart() {
        let thread = Thread.current
        state.withLock { state in
            state.threads.remove(thread)
            state.expected -= 1
        }
        state.wakeAll()
    }

    /// The accepting thread: waits until every other has left, and says how it went.
    func close() -> ServerOutcome {
        depart()
        // Who was cut off may be at work that takes its time: that is not waited for.
        state.withLock(when: { $0.expected == 0 || $0.isOver }) { _ in }
        _ = state.wait(until: .now + .milliseconds(100)) { $0.expected == 0 }
        return state.withLock { $0.outcome }
    }

    // MARK: - Clients

    /// Counts a client in and returns its number; nil if the server is full.
    func admit() -> UInt64? {
        state.withLock { state in
            guard state.clients < service.limits.maxClients else { return nil }
            state.clients += 1
            state.counters.accepted += 1
            return state.counters.accepted
        }
    }

    /// Takes back the last admission: the client cannot be served. Returns the clients that are left, for it to be told.
    func withdraw() -> Int {
        state.withLock { state in
            state.clients -= 1
            state.counters.accepted -= 1
            return state.clients
        }
    }

    /// Counts a client out.
    func dismiss(_ ending: Ending) {
        state.withLock { state in
            state.clients -= 1
            state.counters[ending] += 1
        }
        state.wakeAll()
    }

    /// Counts a refused client; false if too many linger already. Each that may linger is counted out by `dismissRefused()`.
    func refuse(_ cause: Refusal) -> Bool {
        state.withLock { state in
            state.counters[cause] += 1
            guard state.refusals < service.limits.maxRefusals else { return false }
            state.refusals += 1
            return true
        }
    }

    func dismissRefused() { state.withLock { $0.refusals -= 1 } }

    /// Waits a moment for a client to leave: the machine has no room for another.
    func rest() {
        let clients = state.withLock { $0.clients }
        _ = state.wait(until: .now + .milliseconds(100)) { $0.clients < clients }
    }

    func count(bytesIn: Int = 0, bytesOut: Int = 0, _ answer: Answer = .none) {
        if bytesIn > 0 { self.bytesIn.add(UInt64(bytesIn), ordering: .relaxed) }
        // Negative for what could not be sent after all; the sum is right in two's complement.
        if bytesOut != 0 { self.bytesOut.wrappingAdd(UInt64(truncatingIfNeeded: bytesOut), ordering: .relaxed) }
        if answer.texts > 0 { texts.add(UInt64(answer.texts), ordering: .relaxed) }
        if answer.invalidBytes > 0 { invalidBytes.add(UInt64(answer.invalidBytes), ordering: .relaxed) }
    }

    // MARK: - The supervisor

    private func supervise() {
        let numbers = [service.control.waker.number, service.signals?.descriptor.number ?? -1]
        var deadline: Instant?
        while state.withLock({ $0.expected > 0 }) {
            _ = Poll.readable(numbers, timeout: phase == .serving ? nil : Self.kickInterval)
            while let signal = service.signals?.descriptor.next() {
                if signal == .report { report() } else { leave(by: signal, &deadline) }
            }
            for request in service.control.takeRequests() {
                switch request {
                case .report: report()
                case .drain: leave(by: nil, &deadline)
                case .quit: finish(.quit(nil))
                }
            }
            if phase == .serving { continue }
            if let deadline, .now >= deadline { finish(.cut(clients: state.withLock { $0.clients })) }
            for thread in state.withLock({ $0.threads }) { Thread.kick(thread) }
        }
    }

    /// Begins to leave; a second request leaves at once.
    private func leave(by signal: Signal?, _ deadline: inout Instant?) {
        if deadline != nil { return finish(.quit(signal)) }
        deadline = .now + service.configuration.drainTimeout
        phaseNow.store(.leaving, ordering: .releasing)
    }

    /// Ends it all; what was said first stands.
    private func finish(_ outcome: ServerOutcome) {
        guard phase != .over else { return }
        phaseNow.store(.over, ordering: .releasing)
        state.withLock { state in
            state.outcome = outcome
            state.isOver = true
        }
        state.wakeAll()
    }

    private func report() {
        var counters = state.withLock { state in
            var counters = state.counters
            counters.clients = state.clients
            return counters
        }
        counters.bytesIn = bytesIn.load(ordering: .relaxed)
        counters.bytesOut = bytesOut.load(ordering: .relaxed)
        counters.texts = texts.load(ordering: .relaxed)
        counters.invalidBytes = invalidBytes.load(ordering: .relaxed)
        service.report(counters)
    }
}
