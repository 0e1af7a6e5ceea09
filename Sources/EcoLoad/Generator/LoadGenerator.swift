// One thread of the load: an event loop with its share of the clients.
import DequeModule
import Glibc
import LinuxIO
import Reactor

/// Drives clients over one event loop: connects them, sends what is due, checks every byte that comes back.
///
/// It goes through phases: connecting, talking (of which a window is measured), finishing (what is in flight is waited for),
/// leaving. `Coordinator` says when talking begins; the generator ends by itself.
@safe
struct LoadGenerator: ~Copyable {
    enum Phase {
        case connecting, ready, talking, finishing, leaving, over

        var isAfterTalking: Bool { self == .finishing || self == .leaving || self == .over }
    }

    /// Numbers of exact deadlines.
    enum Deadline {
        static let arrival = 0, windowBegin = 1, windowEnd = 2, think = 3, ramp = 4, finish = 5, begin = 6, abandon = 7
    }

    static let bufferBytes = 256 << 10
    /// Connections under way at the same time: well below any backlog, since what that drops comes back a second later.
    static let connectingAtOnce = 256

    var loop: EventLoop<EpollPoller>
    let plan: LoadPlan
    let tape: Tape
    let share: Share
    let coordinator: Coordinator
    let target: SocketAddress
    let sources: [SocketAddress]

    var clients = SlotTable<LoadClient>()
    var queue = MessageQueue()
    var timers = CoarseTimers()
    var pauses = PauseWatch()
    var measurements = Measurements()
    var phase = Phase.connecting
    let timeoutTicks: UInt32
    let buffer: UnsafeMutableRawBufferPointer

    /// How many of the share's clients were begun, and how many connections are on their way to a greeting.
    var opened = 0
    var connecting = 0
    /// Clients that can be asked.
    var talking = 0
    var schedule: Schedule?
    /// Open loop: clients that have room for a message, once for each, and planned moments that none had room for.
    var idle = Deque<Token>()
    var backlog = Backlog()
    var ownDelay = OwnDelay()
    /// Clients that think, in the order in which they go on.
    var thinking = Deque<(at: Int64, token: Token)>()
    /// When the ramp began.
    var rampBegin: Int64 = 0
    /// In churn: clients whose last session went wrong, and that try again.
    var retries: [Int] = []
    /// The loop's present tick.
    var tickNow: UInt32 = 1
    /// Messages that may still be sent, if the plan limits them.
    var quota: Int
    /// The measured window, in nanoseconds of the monotonic clock.
    var window: Range<Int64> = 0..<0
    var measuredEnd: Int64 = 0
    /// When what is in flight at the end has been waited for long enough.
    var finishAt: Instant?
    /// What this thread had taken when the window began, as long as it is open.
    var windowUse: ThreadUse?
    /// Whether the run is ended early, and soon.
    var isAbandoned = false
    /// What the coordinator has said of them.
    private var ordered: (start: Int64, window: Range<Int64>)?
    var secondEnd = Int64.max
    var current = SecondSample(second: 0)
    /// Of the answers of the second under way; what is planned in the window goes into the run's from here.
    var currentTimes = Times()
    var published: Int64 = 0

    /// A thread's share of the plan.
    struct Share: Sendable {
        /// Of the plan's clients these.
        var clients: Range<Int>
        var rate: Double?
        var messages: Int?
        var thread: Int
    }

    init(
        _ plan: LoadPlan, _ share: Share, tape: Tape, target: SocketAddress, sources: [SocketAddress],
        _ coordinator: Coordinator
    ) throws(SystemError) {
        let loop = try EventLoop<EpollPoller>()
        self.loop = loop
        self.plan = plan
        self.share = share
        self.tape = tape
        self.target = target
        self.sources = sources
        self.coordinator = coordinator
        timeoutTicks = CoarseTimers.ticks(in: .seconds(plan.timeoutSeconds))
        quota = .max
        unsafe buffer = .allocate(byteCount: Self.bufferBytes, alignment: 64)
        queue.reserve(plan.isOpenLoop ? share.clients.count : share.clients.count * plan.depth)
    }

    deinit { unsafe buffer.deallocate() }

    // MARK: - Phases

    /// Runs to the end. Blocks the calling thread.
    consuming func run() throws(SystemError) -> Measurements {
        // By default the kernel may be 50 us late.
        Thread.wakeOnTime()
        try coordinator.waker(share.thread).register(in: &loop, .source(0))
        openMore()
        settleIfConnected()
        try turn()
        return measurements
    }

    /// Turns the loop until the generator is done.
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

    /// All clients are there, or will never be: the coordinator says when it goes on.
    mutating func settleIfConnected() {
        guard phase == .connecting,
            plan.mode == .churn || (opened == share.clients.count && connecting == 0 && retries.isEmpty)
        else {
            return
        }
        phase = .ready
        coordinator.isReady(share.thread)
    }

    private mutating func begin(at start: Int64, window: Range<Int64>) {
        phase = .talking
        // Without a warm-up the window begins with the first message.
        self.window =
            plan.warmupSeconds > 0 || plan.isOpenLoop
            ? window : loop.now.nanoseconds..<max(window.upperBound, loop.now.nanoseconds)
        let warmup = self.window.lowerBound - start
        current = SecondSample(second: warmup > 0 ? -Int((warmup + 999_999_999) / 1_000_000_000) : 0)
        secondEnd = self.window.lowerBound + Int64(current.second + 1) * 1_000_000_000
        if plan.warmupSeconds > 0 {
            loop.deadlines.set(Deadline.windowBegin, at: Instant(nanoseconds: window.lowerBound))
        } else {
            openWindow()
        }
        loop.deadlines.set(Deadline.windowEnd, at: Instant(nanoseconds: window.upperBound))
        switch plan.mode {
        case .churn: openMore()
        case _ where talking == 0: finish()
        case .hold: break
        case .talk:
            if let rate = share.rate {
                schedule = Schedule(
                    rate: rate, arrivals: plan.arrivals,
                    // The threads' messages lie between each other's.
                    start: start + Int64(Double(share.thread) * 1e9 / (plan.rate ?? rate)),
                    seed: plan.seed &+ UInt64(share.thread) &* 7919)
                for slot in 0..<clients.end where isTalking(slot) { becomesIdle(slot) }
                dispatchDue()
            } else {
                for slot in 0..<clients.end where isTalking(slot) {
                    say(slot, plan.depth, now: loop.now.nanoseconds)
                }
            }
        }
    }

    /// No message is sent any more; those in flight are waited for.
    mutating func finish() {
        guard phase == .talking else { return }
        loop.deadlines.cancel(Deadline.arrival)
        loop.deadlines.cancel(Deadline.windowEnd)
        loop.deadlines.cancel(Deadline.windowBegin)
        loop.deadlines.cancel(Deadline.think)
        schedule = nil
        measurements.waitedAtEnd = backlog.inWindow
        let now = max(window.lowerBound, min(window.upperBound, loop.now.nanoseconds))
        phase = .finishing
        if plan.mode == .hold {
            // The answers are what is measured, however long they take.
            let begin = Instant.now.nanoseconds
            window = begin..<Int64.max
            beginUse()
            for slot in 0..<clients.end where isTalking(slot) { say(slot, 1, now: Instant.now.nanoseconds) }
        } else if quota == 0 {
            // So many messages were to be answered.
            window = window.lowerBound..<Int64.max
        } else {
            window = window.lowerBound..<now
            endUse()
        }
        setFinishDeadline()
        leaveIfFinished()
    }

    mutating func leaveIfFinished() {
        guard phase == .finishing, queue.count == 0, plan.mode != .churn || clients.count == 0 else { return }
        guard backlog.isEmpty || talking == 0 else { return }
        // Nobody is left to send them.
        dropBacklog()
        // The server is looked at first, with all clients there.
        guard coordinator.mayLeave else { return }
        phase = .leaving
        // From here on each has a deadline of its own.
        finishAt = nil
        loop.deadlines.cancel(Deadline.finish)
        measuredEnd = min(window.upperBound, Instant.now.nanoseconds)
        endUse()
        for slot in 0..<clients.end where clients.isOccupied(slot) { leave(slot) }
        endIfEmpty()
    }

    mutating func endIfEmpty() {
        guard phase == .leaving, clients.count == 0 else { return }
        phase = .over
        closeSecond(loopNow: loop.now.nanoseconds)
        measurements.windowSeconds = Double(max(0, measuredEnd - window.lowerBound)) / 1e9
        coordinator.publish(share.thread, progress)
        loop.stop()
    }

    // MARK: - Events

    private mutating func ready(_ token: Token, _ readiness: Readiness) {
        if pauses.isBetweenTurns { beginTurn() }
        tickNow = loop.tick
        if token.isSource { return obey() }
        guard let slot = clients.find(token) else { return }
        if clients[slot].state == .connecting { return connected(slot) }
        if !readiness.isDisjoint(with: [.readable, .error, .hangUp]) { receive(slot) }
        if readiness.contains(.writable), clients.find(token) != nil { send(slot) }
    }

    /// The coordinator has said something.
    private mutating func obey() {
        coordinator.waker(share.thread).acknowledge()
        switch coordinator.order(share.thread) {
        case .wait: break
        case .begin(let start, let window):
            if phase == .ready {
                ordered = (start, window)
                loop.deadlines.set(Deadline.begin, at: Instant(nanoseconds: start))
            }
        case .stop(let isSoon):
            if isSoon { abandonSoon() }
            if phase == .connecting || phase == .ready {
                // What is not connected yet is given up; who is, leaves.
                opened = share.clients.count
                loop.deadlines.cancel(Deadline.ramp)
                phase = .finishing
                leaveIfFinished()
            } else {
                finish()
            }
        }
        leaveIfFinished()
    }

    private mutating func deadlineReached(_ number: Int) {
        if pauses.isBetweenTurns { beginTurn() }
        tickNow = loop.tick
        switch number {
        case Deadline.arrival: dispatchDue()
        case Deadline.begin: if phase == .ready, let ordered { begin(at: ordered.start, window: ordered.window) }
        case Deadline.windowBegin: openWindow()
        case Deadline.windowEnd:
            planRest()
            finish()
        case Deadline.think: resumeThinkers()
        case Deadline.abandon: abandon()
        case Deadline.ramp:
            let again = retries
            retries = []
            if phase == .talking || phase == .connecting {
                // Others may have begun the last of the sessions meanwhile.
                for index in again where plan.mode != .churn || quota > 0 { open(index: index) }
            }
            openMore()
            endChurnIfDone()
        default: finishDeadlineReached()
        }
    }

    /// Does what is batched per turn; returns the tick of the next turn at the latest.
    private mutating func turnEnded() -> UInt32 {
        if pauses.isBetweenTurns { beginTurn() }
        let now = loop.now.nanoseconds
        if now >= secondEnd, phase == .talking { closeSecond(loopNow: now) }
        if now - published >= 100_000_000 {
            published = now
            coordinator.publish(share.thread, progress)
        }
        // In a turn without events nobody has said so yet, and the sweep gives new deadlines.
        tickNow = loop.tick
        sweep()
        // The live view wants to know how it is going, ten times a second.
        return endTurn(wakingAt: min(timers.nextTick, loop.tick + 1))
    }
}
