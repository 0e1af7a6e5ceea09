// What the blocking models share: who is being served, and how those who block hear that the server leaves.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor
internal import Synchronization
internal import SystemPackage

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

    private struct State: ~Copyable, Sendable {
        /// Threads that serve or are about to.
        var expected = 0
        /// Those of them that can be interrupted. There is room for all that are expected.
        var threads = CheckedArray<Int32>()
        var clients = 0
        var refusals = 0
        var counters = ServerCounters()
        /// Why it is all over, if it is.
        var end: End?
        /// Clients whose sessions ended with answers undelivered since the server began to leave.
        var lost = 0
        /// Clients may wait who cannot be taken for want of a descriptor or memory.
        var mayHaveBacklog = false
        var hasLostListeners = false
        /// The last client found no thread, or no memory.
        var isShort = false

        var isOver: Bool { end != nil }
    }

    /// Why nobody is served any longer.
    private enum End {
        /// The drain timeout, with so many clients left.
        case timeIsUp(clients: Int)
        case quit(Signal?)
    }

    /// How often those who may have missed the signal get it again.
    private static let kickInterval = Duration.milliseconds(20)
    /// Being late by more than this is an absence.
    private static let tolerance = Duration.milliseconds(100)
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
        try expectThread()
        arrive()
        try Thread.start(name: "eco-supervisor", stackBytes: 256 << 10) { self.supervise() }
    }

    var phase: Phase { phaseNow.load(ordering: .acquiring) }

    // MARK: - Threads that serve

    /// A thread is about to be started, which will arrive and depart.
    ///
    /// - Throws: ENOMEM.
    private func expectThread() throws(SystemError) {
        let isExpected = state.withLock { state in
            guard state.threads.reserve(state.expected + 1) else { return false }
            state.expected += 1
            return true
        }
        guard isExpected else { throw SystemError(.noMemory, in: .malloc) }
    }

    /// The thread could not be started.
    private func expectThreadNoMore() { state.withLock { $0.expected -= 1 } }

    /// Starts a thread that holds the conversation, of which the desk knows before it runs, so that leaving waits for it. If
    /// the system has no thread, or no memory for one, the conversation comes back.
    func start(_ conversation: consuming Conversation) -> ThreadStart {
        do throws(SystemError) {
            try expectThread()
        } catch { return .failed(conversation, error) }
        let packed = unsafe conversation.packed()
        do throws(SystemError) {
            try unsafe Thread.start(
                name: "eco-client", stackBytes: Self.stackBytes, blocking: Service.handledSignals, with: packed
            ) { packed in
                let conversation = unsafe Conversation.unpacked(packed!)
                let desk = conversation.desk
                desk.arrive()
                conversation.hold()
                desk.depart()
            }
        } catch {
            expectThreadNoMore()
            return unsafe .failed(Conversation.unpacked(packed), error)
        }
        return .started
    }

    /// What came of starting a thread.
    enum ThreadStart: ~Copyable {
        case started
        case failed(Conversation, SystemError)
    }

    /// The calling thread can be interrupted from here on.
    private func arrive() {
        let thread = Thread.current
        // There is room: it was expected.
        state.withLock { _ = $0.threads.append(thread) }
    }

    /// The calling thread has nothing more to do.
    private func depart() {
        let thread = Thread.current
        state.withLock { state in
            for index in 0..<state.threads.count where state.threads[index] == thread {
                state.threads.remove(at: index)
                break
            }
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
        service.tellOfEnd(snapshot)
        return state.withLock { state in
            switch state.end {
            case .quit(let signal): return .quit(signal)
            // Who waits at the door was never greeted, and is told about. A refused client that lingers is nobody's loss.
            case .timeIsUp(clients: 0) where state.mayHaveBacklog: return .cut(clients: state.lost)
            case .timeIsUp(let clients):
                return .left(cut: clients + state.lost, hasListeners: !state.hasLostListeners)
            case nil: return .left(cut: state.lost, hasListeners: !state.hasLostListeners)
            }
        }
    }

    // MARK: - Listeners

    /// The accepting thread: whether clients may wait who cannot be taken now.
    func noteBacklog(mayWait: Bool) { state.withLock { $0.mayHaveBacklog = mayWait } }

    /// The accepting thread: nobody can come any more, so the server leaves.
    func loseListeners() {
        state.withLock { $0.hasLostListeners = true }
        service.control.waker.wake()
    }

    // MARK: - Clients

    /// Counts the client on this socket in and returns its number; nil if the server is full.
    func admit(_ socket: borrowing Descriptor) -> UInt64? {
        let admitted: (number: UInt64, clients: Int)? = state.withLock { state in
            guard state.clients < service.limits.maxClients else { return nil }
            state.clients += 1
            state.counters.accepted += 1
            return (state.counters.accepted, state.clients)
        }
        guard let admitted else { return nil }
        service.keepAlive(socket.number, client: admitted.number, connected: admitted.clients)
        return admitted.number
    }

    /// Takes back the last admission: the client cannot be served, and is refused. Returns how many others there are, for it to
    /// be told. Nil if there are none: a server that serves nobody is not full, and the admission stands.
    func withdraw(_ cause: Refusal) -> Int? {
        state.withLock { state in
            guard state.clients > 1 else { return nil }
            state.clients -= 1
            state.counters.accepted -= 1
            state.counters[cause] += 1
            return state.clients
        }
    }

    /// The accepting thread: a client finds no thread, or no memory. Says whether it is the first since that went well.
    func noteShortage() -> Bool {
        state.withLock { state in
            defer { state.isShort = true }
            return !state.isShort
        }
    }

    func noteRelief() { state.withLock { $0.isShort = false } }

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

    /// A client's session ends and its last answers are undelivered: a server that leaves tells of it.
    func noteLoss() {
        guard phase != .serving else { return }
        state.withLock { $0.lost += 1 }
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
        var hasBegunAnew = false
        var requests = LeaveRequests()
        while state.withLock({ $0.expected > 0 }) {
            let begin = Instant.now
            Poll.isAnyReadable(numbers, timeout: phase == .serving ? nil : Self.kickInterval)
            let moment = Instant.now
            while let arrival = service.signals?.descriptor.next() {
                if arrival.signal == .report {
                    report(to: arrival.sender)
                } else {
                    leave(by: arrival.signal, requests.take(at: moment), &deadline)
                }
            }
            for request in service.control.takeRequests() {
                switch request {
                case .report: report(to: nil)
                case .drain: leave(by: nil, requests.take(at: moment), &deadline)
                case .quit: finish(.quit(nil))
                }
            }
            if phase == .serving, state.withLock({ $0.hasLostListeners }) { beginLeaving(&deadline) }
            if phase == .serving { continue }
            judge(&deadline, &hasBegunAnew, absence: Absence(from: begin + Self.kickInterval, to: .now))
            state.withLock { for index in 0..<$0.threads.count { Thread.kick($0.threads[index]) } }
        }
    }

    /// Begins to leave; a second request leaves at once, unless it is the first once more.
    private func leave(by signal: Signal?, _ request: LeaveRequests.Meaning, _ deadline: inout Instant?) {
        switch request {
        case .first: beginLeaving(&deadline)
        case .echo: break
        case .again: finish(.quit(signal))
        }
    }

    /// Begins to leave, unless it has: a server without listeners does so of its own accord.
    private func beginLeaving(_ deadline: inout Instant?) {
        guard phase == .serving else { return }
        deadline = .now + service.configuration.drainTimeout
        phaseNow.store(.leaving, ordering: .releasing)
    }

    /// Ends it all if the time for leaving is over, unless it came while the process did not run: then it begins anew, once.
    private func judge(_ deadline: inout Instant?, _ hasBegunAnew: inout Bool, absence: Absence) {
        guard let due = deadline, absence.to >= due else { return }
        if absence.to - absence.from > Self.tolerance, absence.covers(due), !hasBegunAnew {
            hasBegunAnew = true
            deadline = absence.to + service.configuration.drainTimeout
        } else {
            finish(.timeIsUp(clients: state.withLock { $0.clients }))
        }
    }

    /// Ends it all; what was said first stands.
    private func finish(_ end: End) {
        guard phase != .over else { return }
        phaseNow.store(.over, ordering: .releasing)
        state.withLock { $0.end = end }
        state.wakeAll()
    }

    private func report(to process: Int32?) { service.report(snapshot, process) }

    /// The counters of this moment.
    private var snapshot: ServerCounters {
        var counters = state.withLock { state in
            var counters = state.counters
            counters.clients = state.clients
            return counters
        }
        counters.bytesIn = bytesIn.load(ordering: .relaxed)
        counters.bytesOut = bytesOut.load(ordering: .relaxed)
        counters.texts = texts.load(ordering: .relaxed)
        counters.invalidBytes = invalidBytes.load(ordering: .relaxed)
        return counters
    }
}
