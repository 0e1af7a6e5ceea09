// What the blocking models share: the clients that are served, and a way to tell blocked threads that the server leaves.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor
internal import Synchronization
internal import SystemPackage

/// The desk of a model whose threads block: it counts clients in and out, and interrupts all threads when the server leaves.
///
/// A thread that blocks in a system call cannot check a flag. So a supervisor thread reads the signals. When the server is to leave, it
/// sets the flag and sends each serving thread a signal that does nothing, but makes its call return. A thread may check the flag just
/// before the signal and block just after it, so the signal is repeated until the thread has left.
final class LessonDesk: Sendable {
    struct State: ~Copyable, Sendable {
        /// Threads that serve, or are about to.
        var expected = 0
        /// Those of them that can be interrupted. There is room for all expected threads.
        var threads = CheckedArray<Int32>()
        var admission: Admission
        var leaving: Leaving
        /// The listeners that are left.
        var listeners: Int
        /// Accepting pauses: clients may be waiting that cannot be accepted for lack of a descriptor or of memory.
        var mayHaveBacklog = false
        /// There was no thread, or no memory, for the last client.
        var isShort = false
    }

    /// The stack of a serving thread; only the pages that it touches use memory.
    private static let stackBytes = 128 << 10

    let service: Service
    let state: Monitor<State>
    /// The phase of leaving, for threads that serve: they ask often, and without the lock. Only `change` writes it.
    let phaseNow = Atomic(Leaving.Phase.serving)

    /// Opens the desk and starts its supervisor; the calling thread is the one that accepts.
    init(_ service: Service, at listeners: Listeners) throws(SystemError) {
        UpperCaseTable.prepare()
        self.service = service
        state = Monitor(
            State(
                admission: Admission(
                    service.configuration, service.limits, service.counters.common,
                    limitsAddresses: service.keeps.contains(.addressLimit)),
                leaving: Leaving(service.configuration, service.limits), listeners: listeners.entries.count))
        guard state.withLock({ $0.admission.reserveFirst() }) else { throw SystemError(.noMemory, in: .malloc) }
        try Thread.installKick()
        try expectThread()
        arrive()
        try Thread.start(name: "eco-supervisor", stackBytes: 256 << 10) { self.supervise() }
    }

    var phase: Leaving.Phase { phaseNow.load(ordering: .acquiring) }

    // MARK: - Threads that serve

    /// Announces a thread that will arrive and depart.
    ///
    /// - Throws: ENOMEM.
    private func expectThread() throws(SystemError) {
        let isExpected = state.withLock { state in
            // A thread has one client, and one page of counters, at a time.
            guard state.threads.reserve(state.expected + 1), service.counters.reserve(state.expected + 1) else {
                return false
            }
            state.expected += 1
            return true
        }
        guard isExpected else { throw SystemError(.noMemory, in: .malloc) }
    }

    /// The thread could not be started.
    private func expectThreadNoMore() { state.withLock { $0.expected -= 1 } }

    /// Starts a thread that holds the conversation. The desk counts the thread before it runs, so that leaving waits for it. If the
    /// system has no thread, or no memory for one, the conversation is returned.
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

    /// The outcome of starting a thread.
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

    /// The calling thread has finished.
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

    /// The accepting thread: waits until all other threads have left, and returns the outcome.
    func close() -> ServerOutcome {
        depart()
        // A client that was cut off may have work that takes long: the server does not wait for it.
        state.withLock(when: { $0.expected == 0 || $0.leaving.phase == .over }) { _ in }
        _ = state.wait(until: .now + .milliseconds(100)) { $0.expected == 0 }
        service.tellOfEnd()
        return change { $0.leaving.finish(clientsLeft: 0, hasBacklog: false) }
    }

    // MARK: - Clients

    /// Counts the client in, if there is room for it.
    func admit(_ client: borrowing LessonClient) -> Admission.Verdict {
        let socket = client.socket.number
        let peer = client.peer
        let (verdict, clients) = state.withLock { ($0.admission.admit(socket, peer), $0.admission.clients) }
        if case .admitted(let ticket) = verdict {
            service.keepAlive(socket, client: ticket.number, connected: clients)
        }
        return verdict
    }

    /// Takes back the last admission: the client cannot be served, and is refused. Returns the line for it, or nil if there are no other
    /// clients: a server without clients is not full, and the admission stays.
    func withdraw(_ ticket: Admission.Ticket, _ cause: Refusal) -> ServerLine? {
        state.withLock { state in
            guard state.admission.clients > 1 else { return nil }
            state.admission.takeBack(ticket)
            return state.admission.refuse(cause)
        }
    }

    /// The accepting thread: there is no thread, or no memory, for a client. Returns whether this is the first shortage since the last
    /// success.
    func noteShortage() -> Bool {
        state.withLock { state in
            defer { state.isShort = true }
            return !state.isShort
        }
    }

    func noteRelief() { state.withLock { $0.isShort = false } }

    /// Counts a client out.
    func dismiss(_ ticket: Admission.Ticket, _ ending: Ending) {
        state.withLock { state in
            state.admission.count(ending)
            state.admission.leave(address: ticket.address)
        }
        state.wakeAll()
    }

    /// Counts the client on this descriptor as refused. Returns the line for it, and whether it may linger. If it does, `dismissRefused()` counts it out.
    func refuse(_ descriptor: Int32, _ cause: Refusal) -> (line: ServerLine, mayLinger: Bool) {
        state.withLock { ($0.admission.refuse(cause), $0.admission.letLinger(descriptor)) }
    }

    func dismissRefused() { state.withLock { $0.admission.endLingering() } }

    /// Counts the bytes of a line for a client that has no page of counters.
    func count(told bytes: Int) { state.withLock { _ in service.counters.common.add(UInt64(bytes), to: .bytesOut) } }

    /// A client's session ends with undelivered answers: a server that leaves reports it.
    func noteLoss() { state.withLock { $0.leaving.noteLoss() } }

    /// Waits a moment for a client to leave: the machine has no room for another one.
    func rest() {
        let clients = state.withLock { $0.admission.clients }
        _ = state.wait(until: .now + Admission.pause) { $0.admission.clients < clients }
    }
}

extension Leaving.Phase: AtomicRepresentable {}
