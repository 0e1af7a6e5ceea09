// The production server: one event loop, one table of connections, all protections.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor
internal import SystemPackage

/// The sources of events that are not connections.
enum EventSource {
    static let control = 0
    static let signals = 1
    static let workers = 2
    static let firstListener = 16
}

/// The numbers of the exact deadlines.
enum ServerDeadline {
    static let drain = 1
    static let resumeAccepting = 2
    static let releaseMemory = 3
}

/// The stage of a server that leaves.
enum DrainStage: Equatable {
    /// The listeners are still open: clients that wait in the backlog are greeted.
    case takingBacklog
    /// Connections from this slot on have not been told yet.
    case draining(slot: Int)
    /// All have been told; the last ones are ending.
    case waiting
}

/// The state of a server on one event loop, which it owns and drives. The models `reactor`, `poll`, `select` and `workers` are this.
///
/// The path of a message: `ready` finds the connection, `receive` reads once into the shared space, the session answers there, `deliver`
/// sends once from the same place. Only what the kernel does not take is copied to the connection's own buffer (`PendingOutput`), and the
/// connection is not read from until that is taken. The files `ReactorServer+….swift` have the rest: how a connection is accepted, ends,
/// times out and is drained.
struct ReactorServer<P: Poller & ~Copyable>: ~Copyable {
    typealias Source = EventSource
    typealias Deadline = ServerDeadline

    var loop: EventLoop<P>
    let service: Service
    let listeners: Listeners
    /// The memory that every read of this loop goes to, and every answer comes from.
    let memory: AnswerMemory
    var table = SlotTable<Connection>()
    var timers = CoarseTimers()
    var pending = PendingOutput()
    let page: CounterPage
    var admission: Admission
    var leaving: Leaving
    /// The stage of leaving.
    var drainStage = DrainStage.takingBacklog
    /// The last absence of the loop that the timers know of.
    private var notedAbsence: Absence?

    /// The memory of batches that are with the workers.
    var batchBytes = 0
    /// Clients that are not read because the workers have enough.
    var stalled = CheckedArray<Token>()
    /// The most memory that pending answers and batches occupied since memory was last given back to the system.
    var bufferPeak = 0
    var isReleasePlanned = false
    var peer = KernelAddress()
    var isAcceptingPaused = false
    var hasToldOfDescriptorEnd = false
    /// Closed to accept, and refuse, a client when no descriptor is left.
    var reserve: EventDescriptor?

    let pool: WorkerPool?
    /// Batches for the workers, handed over together at the end of the turn.
    var outgoing = BatchList()

    // Settings for the hot path, copied from the service.
    let invalidBytes: InvalidBytes
    let work: SimulatedWork
    let idleTicks: UInt32
    let writeTicks: UInt32

    /// - Throws: ENOMEM, if there is no memory for what serving always needs.
    init(_ service: Service, _ listeners: Listeners, pool: WorkerPool? = nil) throws(SystemError) {
        self.init(service, listeners, pool, try AnswerMemory(), try EventLoop<P>())
    }

    private init(
        _ service: Service, _ listeners: Listeners, _ pool: WorkerPool?, _ memory: consuming AnswerMemory,
        _ loop: consuming EventLoop<P>
    ) {
        UpperCaseTable.prepare()
        let configuration = service.configuration
        self.service = service
        self.listeners = listeners
        self.pool = pool
        invalidBytes = configuration.invalidBytes
        work = configuration.work
        idleTicks = configuration.idleTimeout.map { CoarseTimers.ticks(in: $0) } ?? 0
        writeTicks = CoarseTimers.ticks(in: configuration.writeTimeout)
        page = memory.page
        admission = Admission(
            configuration, service.limits, memory.page, descriptorEnd: EventLoop<P>.descriptorEnd)
        leaving = Leaving(configuration, service.limits)
        self.memory = memory
        self.loop = loop
        reserve = try? EventDescriptor()  // Without it, a client waits in the backlog if there is no descriptor.
    }

    /// Serves until asked to leave. Blocks the calling thread, whose loop this is.
    mutating func run() throws(SystemError) -> ServerOutcome {
        guard table.reserveFirst(), pending.reserveFirst(), admission.reserveFirst(), service.counters.reserve(1) else {
            throw SystemError(.noMemory, in: .malloc)
        }
        service.counters.add(page)
        defer { service.counters.retire(page) }
        try service.control.waker.register(in: &loop, .source(Source.control))
        if let signals = service.signals {
            try loop.register(signals.descriptor.number, .source(Source.signals), interest: .readable)
        }
        try pool?.waker.register(in: &loop, .source(Source.workers))
        try watchListeners()
        service.tellOfStart(at: listeners.addresses)
        try turn()
        closeAll()
        noteMoment()
        service.tellOfEnd()
        return leaving.finish(clientsLeft: 0, hasBacklog: false)
    }

    /// Runs the loop until it is stopped.
    private mutating func turn() throws(SystemError) {
        var wakeTick = endTurn()
        while !loop.isStopped {
            let count = try loop.wait(until: wakeTick)
            for index in 0..<count where !loop.isStopped { ready(loop.event(index).token) }
            loop.eventsAreHandled()
            while !loop.isStopped, let deadline = loop.popDeadline() { deadlineReached(deadline) }
            if loop.isStopped { return }
            wakeTick = endTurn()
            loop.turnIsOver()
        }
    }

    // MARK: - Events

    @inline(__always)
    private mutating func ready(_ token: Token) {
        if token.isSource { return sourceReady(token.slot) }
        guard let slot = table.find(token) else {
            page.add(1, to: .staleEvents)
            return
        }
        switch table[slot].life.take(.ready) {
        case .read: receive(slot)
        case .flush: flush(slot)
        case let step: perform(step, slot)
        }
    }

    /// Does the next step of a connection's life.
    @inline(never)
    mutating func perform(_ step: ConnectionStep, _ slot: Int) {
        switch step {
        case .wait: break
        case .read: receive(slot)
        case .flush: flush(slot)
        case .discard: discardInput(slot)
        case .park: parkIfWatched(slot)
        case .finish: finish(slot)
        case .endSending: endSending(slot)
        case .close: close(slot)
        }
    }

    private mutating func sourceReady(_ source: Int) {
        switch source {
        case Source.control:
            for request in service.control.takeRequests() { obey(leaving.order(of: request, at: .now)) }
        case Source.signals: takeSignals()
        case Source.workers: takeAnswers()
        default: acceptClients(source - Source.firstListener)
        }
    }

    private mutating func deadlineReached(_ number: Int) {
        switch number {
        case Deadline.drain: drainTimeIsUp()
        case Deadline.releaseMemory: releaseMemory()
        default: resumeAccepting()
        }
    }

    /// Does what is batched per turn. Returns the tick at which the next turn is needed at the latest: 0 for at once, `UInt32.max` for
    /// never.
    private mutating func endTurn() -> UInt32 {
        if let absence = loop.absence, absence != notedAbsence {
            notedAbsence = absence
            timers.noteAbsence(from: loop.tick(at: absence.from), to: loop.tick(at: absence.to))
        }
        if timers.nextTick <= loop.tick { expire() }
        let mustGoOn = leaving.hasBegun && goOnLeaving()
        // Last, because leaving also reads.
        if let pool, !outgoing.isEmpty { pool.submit(&outgoing) }
        return mustGoOn ? 0 : timers.nextTick
    }

    // MARK: - Requests and signals

    private mutating func takeSignals() {
        let moment = Instant.now
        while let arrival = service.signals?.descriptor.next() {
            obey(leaving.order(of: arrival, at: moment))
        }
    }

    /// Does what a request, a signal or the end of the last listener orders.
    mutating func obey(_ order: Leaving.Order) {
        switch order {
        case .nothing: break
        case .leave: beginLeaving()
        case .quit(let signal):
            leaving.quit(by: signal)
            loop.stop()
        case .report(let process):
            noteMoment()
            service.tellCounters(to: process)
        }
    }

    /// Writes the gauges to the page.
    private func noteMoment() {
        page[.pendingBytes] = UInt64(pending.totalBytes)
        page[.clientsNotReadFrom] = UInt64(pending.count)
        page[.longestTurnMicroseconds] = UInt64(loop.longestTurn.nanoseconds / 1000)
    }
}
