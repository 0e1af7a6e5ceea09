// One thread of the load: an event loop with its share of the clients.
import LinuxIO
import Reactor

/// Numbers of exact deadlines.
enum LoadDeadline {
    /// For the kind of load: when a client sends next.
    static let next = 0
    static let windowBegin = 1, windowEnd = 2, ramp = 3, finish = 4, begin = 5, abandon = 6
}

/// Drives clients over one event loop: connects them, sends what is due, checks every byte that comes back.
///
/// It goes through phases (`LoadPhase`). `Coordinator` says when talking begins; the generator ends by itself.
///
/// This is the core: connecting, greeting, sending, receiving, verifying, the ledger, the window, ending and the loop. It knows no kind
/// of load. Its `Kind`, in its own file, decides when a client sends, when it leaves and reconnects, and what the result contains. Each
/// line of the table is a requirement of `LoadKind`; `-` is the default in its extension there.
///
///     what a kind has to say      closed loop            open loop                churn                 hold
///     ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────
///     state                       clients that think     schedule, idle clients,  -                     -
///                                                        backlog, own delay
///     countsSessions              - (messages)           - (messages)             yes                   - (messages)
///     hasSchedule                 - (no)                 yes                      - (no)                - (no)
///     measuresAtEnd               - (no)                 - (no)                   - (no)                yes
///     roomInFlight                - (depth per client)   1 per client             -                     -
///     greeted                     - (waits to talk)      - (waits to talk)        says goodbye          - (waits to talk)
///     talkingBegins               sends depth messages   makes the schedule       connects              - (nothing)
///     answered                    thinks, or sends on    has room: backlog first  -                     - (nothing)
///     deadlineReached (`next`)    sends after thinking   sends what is due        -                     -
///     windowBegins, windowEnds    -                      counts what waits        -                     -
///     talkingEnds                 -                      notes what waits         -                     asks each client
///     served                      -                      -                        one session answered  -
///     ended                       - (ends if last one)   nothing                  the next session      - (ends if last one)
///     retriesBegun                -                      -                        ends after the last   -
///     stoodStill                  -                      its own delay            -                     -
///     isFinished, dropUnsent      - (nothing waits)      no backlog               no clients            - (nothing waits)
///
/// A client that is due sends by `say`, or by `enqueue` and `send`; one that leaves goes by `leave`; one that reconnects comes by `open`
/// or, after a pause, `tryAgain`; `finish` ends talking.
@safe
struct LoadGenerator<Kind: LoadKind & ~Copyable>: ~Copyable {
    typealias Deadline = LoadDeadline

    var loop: EventLoop<EpollPoller>
    let job: LoadJob

    var clients = SlotTable<LoadClient>()
    var queue = MessageQueue()
    var timers = CoarseTimers()
    var pauses = PauseWatch()
    var measurements = Measurements()
    var phase = LoadPhase.connecting
    let timeoutTicks: UInt32
    let buffer: UnsafeMutableRawBufferPointer

    var ramp = Ramp()
    /// Clients that can be used.
    var talking = 0
    /// The loop's current tick.
    var tickNow: UInt32 = 1
    /// Messages that may still be sent, or sessions that may still begin, if the plan limits them.
    var quota = Int.max
    /// The measured window, in nanoseconds of the monotonic clock.
    var window: Range<Int64> = 0..<0
    /// What this thread had used when the window began, while the window is open.
    var windowUse: ThreadUse?
    /// When waiting for what is in flight at the end is over.
    var finishAt: Instant?
    /// Whether the run ends early, and soon.
    var isAbandoned = false
    /// The coordinator's order: when talking begins, and its window.
    var ordered: (start: Int64, window: Range<Int64>)?
    var second = RunningSecond()
    private var published: Int64 = 0
    /// The state of the kind of load. It is last, so that the offsets of all other fields do not depend on it.
    var kind = Kind()

    init(_ job: LoadJob) throws(SystemError) {
        let loop = try EventLoop<EpollPoller>()
        self.loop = loop
        self.job = job
        timeoutTicks = CoarseTimers.ticks(in: .seconds(job.plan.timeoutSeconds))
        unsafe buffer = .allocate(byteCount: LoadJob.bufferBytes, alignment: 64)
        queue.reserve(Kind.roomInFlight(job.plan, clients: job.clients.count))
    }

    deinit { unsafe buffer.deallocate() }

    // MARK: - The loop

    /// Runs to the end. Blocks the calling thread.
    consuming func run() throws(SystemError) -> Measurements {
        // By default the kernel may be 50 us late.
        Thread.wakeOnTime()
        try job.coordinator.waker(job.thread).register(in: &loop, .source(0))
        openMore()
        settleIfConnected()
        try turn()
        return measurements
    }

    /// Runs the loop until the generator has finished.
    private mutating func turn() throws(SystemError) {
        var wakeTick = turnEnded()
        while !loop.isStopped {
            let count = try loop.wait(until: wakeTick)
            for index in 0..<count where !loop.isStopped {
                let (token, readiness) = loop.event(index)
                ready(token, readiness)
            }
            loop.eventsAreHandled()
            while !loop.isStopped, let deadline = loop.popDeadline() { deadlineReached(deadline) }
            if loop.isStopped { return }
            wakeTick = turnEnded()
            loop.turnIsOver()
        }
    }

    private mutating func ready(_ token: Token, _ readiness: Readiness) {
        if pauses.isBetweenTurns { beginTurn() }
        tickNow = loop.tick
        if token.isSource { return obey() }
        guard let slot = clients.find(token) else { return }
        if clients[slot].state == .connecting { return connected(slot) }
        if !readiness.isDisjoint(with: [.readable, .error, .hangUp]) { receive(slot) }
        if readiness.contains(.writable), clients.find(token) != nil { send(slot) }
    }

    private mutating func deadlineReached(_ number: Int) {
        if pauses.isBetweenTurns { beginTurn() }
        tickNow = loop.tick
        switch number {
        case Deadline.next: Kind.deadlineReached(in: &self)
        case Deadline.begin: if phase == .ready, let ordered { begin(at: ordered.start, window: ordered.window) }
        case Deadline.windowBegin: openWindow()
        case Deadline.windowEnd:
            Kind.windowEnds(in: &self)
            finish()
        case Deadline.abandon: abandon()
        case Deadline.ramp: openAgain()
        default: finishDeadlineReached()
        }
    }

    /// Does what is batched per turn; returns the tick at which the next turn is needed at the latest.
    private mutating func turnEnded() -> UInt32 {
        if pauses.isBetweenTurns { beginTurn() }
        let now = loop.now.nanoseconds
        if now >= second.end, phase == .talking { closeSecond(loopNow: now) }
        if now - published >= 100_000_000 {
            published = now
            job.coordinator.publish(job.thread, progress)
        }
        // In a turn without events this has not been noticed yet, and the sweep gives new deadlines.
        tickNow = loop.tick
        sweep()
        // The live view is updated ten times per second.
        return endTurn(wakingAt: min(timers.nextTick, loop.tick + 1))
    }
}
