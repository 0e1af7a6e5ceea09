// Runs a plan: threads, phases, repeats.
public import LinuxIO
import ServerHarness

/// A load on a server, to be run once.
public final class LoadRun: Sendable {
    /// Why a plan cannot be run.
    public enum Failure: Error, Equatable {
        case preflight(Preflight.Problem)
        case system(SystemError)
    }

    /// The progress of a run, a few times per second.
    public struct Progress: Sendable {
        public enum Stage: Sendable { case connecting, warmingUp, measuring, finishing }

        public var stage: Stage
        public var repeatNumber: Int
        /// Time since the stage began, and how long it will last; nil if unknown.
        public var elapsed: Duration
        public var length: Duration?
        public var clients: Int
        /// Answers in the window so far.
        public var answered: Int
        /// The fates of the connections so far.
        public var ledger: Ledger
        public var errors: Int { ledger.errors }
        /// Times of the latest answers.
        public var recent: Times
    }

    public let plan: LoadPlan
    private let target: SocketAddress
    private let sources: [SocketAddress]
    private let server: [Int32]
    private let makesGroup: Bool
    private let startAt: Double?
    private let stopping = Monitor((isStopped: false, coordinator: Coordinator?.none))

    /// - Parameters:
    ///   - server: the server's processes to measure, if they are on this machine; their children are measured too.
    ///   - makesGroup: whether the server's processes may be moved to a control group meanwhile, which counts all their time.
    ///   - startAt: when the messages begin, in seconds since 1970; nil as soon as all clients are connected.
    /// - Throws: if this machine cannot carry the plan.
    public init(
        _ plan: LoadPlan, target: SocketAddress, server: [Int32] = [], makesGroup: Bool = true, startAt: Double? = nil
    ) throws(Failure) {
        self.plan = plan
        self.target = target
        self.server = server
        self.makesGroup = makesGroup
        self.startAt = startAt
        do throws(Preflight.Problem) { sources = try Preflight.check(plan, target) } catch { throw .preflight(error) }
    }

    /// Ends the run early, within a second: the results are those until now. Any thread may call this.
    public func stop() {
        let coordinator = stopping.withLock { state in
            state.isStopped = true
            return state.coordinator
        }
        coordinator?.give(.stop(soon: true))
    }

    private var isStopped: Bool { stopping.withLock { $0.isStopped } }

    /// Runs all repeats. Blocks the calling thread.
    public func run(onProgress: (Progress) -> Void = { _ in }, onResult: (RunResult) -> Void = { _ in }) throws(Failure)
        -> [RunResult]
    {
        let tape = Tape(plan, overlap: LoadJob.bufferBytes)
        var results: [RunResult] = []
        for number in 0..<plan.repeats where !isStopped || results.isEmpty {
            do throws(SystemError) {
                let result = try runOnce(number, tape, onProgress)
                results.append(result)
                onResult(result)
            } catch { throw .system(error) }
        }
        return results
    }

    private func runOnce(_ number: Int, _ tape: Tape, _ onProgress: (Progress) -> Void) throws(SystemError) -> RunResult
    {
        let coordinator = try Coordinator(threads: plan.threads, mayLeave: server.isEmpty)
        stopping.withLock { $0.coordinator = coordinator }
        defer { stopping.withLock { $0.coordinator = nil } }
        var observation = ServerObservation(server, makesGroup: makesGroup)
        let first = ServerReading(observation)
        let queue = ListenQueue.now
        let listened = isListenerSeen
        for thread in 0..<plan.threads { try startThread(thread, tape, coordinator) }
        if isStopped { coordinator.give(.stop(soon: true)) }
        watch(coordinator, number, .connecting, length: nil, onProgress) {
            if let most = plan.mostFailures, coordinator.progress.ledger.errors > most {
                coordinator.give(.stop(soon: false))
            }
            return coordinator.waitUntilReady($0)
        }

        observation.countBefore()
        let start = startMoment()
        let window = windowFrom(start)
        if startAt != nil {
            let due = Instant(nanoseconds: start) + .milliseconds(-5)
            watch(coordinator, number, .connecting, length: due - .now, onProgress) {
                coordinator.waitUntilOver(min($0, due)) || .now >= due || isStopped
            }
        }
        // Without a warm-up the window begins with the order to start.
        var before = ServerReading(observation)
        if !isStopped { coordinator.give(.begin(start: start, window: window)) }
        let begin = Instant(nanoseconds: window.lowerBound)
        if plan.warmupSeconds > 0 {
            watch(coordinator, number, .warmingUp, length: begin - .now, onProgress) {
                coordinator.waitUntilOver(min($0, begin)) || .now >= begin || isStopped
            }
            before = ServerReading(observation)
        }
        let wallBegin = WallClock.secondsSince1970
        let end = Instant(nanoseconds: window.upperBound)
        watch(coordinator, number, .measuring, length: plan.messages == nil ? end - begin : nil, onProgress) {
            coordinator.waitUntilOver(min($0, end)) || .now >= end || isStopped
                || coordinator.progress.phase.isAfterTalking
        }
        if plan.kind.measuresAtEnd { before = ServerReading(observation) }
        var after = ServerReading(observation)
        observation.lookAfter()
        coordinator.letLeave()
        watch(coordinator, number, .finishing, length: nil, onProgress) { coordinator.waitUntilOver($0) }
        // Idle clients send their one message only now.
        if plan.kind.measuresAtEnd {
            after = ServerReading(observation)
            observation.lookAgain()
        }
        var result = try merged(coordinator.results, first: first, after: after, begin: wallBegin)
        result.server = observation.use(
            from: before, to: after, talking: Instant(nanoseconds: start),
            // With --messages the end is not planned: all that the server used until it was measured was for these messages.
            window: plan.kind.measuresAtEnd || plan.messages != nil ? nil : result.seconds)
        result.listenQueue = Preflight.isThisMachine(target) ? .now - queue : nil
        let isGone = !server.isEmpty && observation.time() == nil || listened && !isListenerSeen
        result.serverEnded = isGone ? true : nil
        result.validity = Judgement.of(result, plan: plan)
        return result
    }

    /// Whether something listens on the target's port, by this machine's own list. It makes no connection.
    private var isListenerSeen: Bool {
        Preflight.isThisMachine(target) && target.port != 0 && !PortUse.listeners(at: target.port).isEmpty
    }

    // MARK: - Moments

    private func startMoment() -> Int64 {
        let soon = Instant.now.nanoseconds + 2_000_000
        guard let startAt else { return soon }
        return max(soon, Instant.now.nanoseconds + Int64((startAt - WallClock.secondsSince1970) * 1e9))
    }

    private func windowFrom(_ start: Int64) -> Range<Int64> {
        let begin = start + Int64(plan.warmupSeconds * 1e9)
        return begin..<(begin + Int64(plan.durationSeconds * 1e9))
    }

    // MARK: - Threads

    private func startThread(_ thread: Int, _ tape: Tape, _ coordinator: Coordinator) throws(SystemError) {
        let job = LoadJob(plan, thread: thread, tape: tape, target: target, sources: sources, coordinator)
        try Thread.start(name: "eco-load-\(thread)") {
            do throws(SystemError) {
                coordinator.noteOver(thread, .success(try job.plan.kind.run(job)))
            } catch {
                coordinator.noteOver(thread, .failure(error))
            }
        }
    }

    private func watch(
        _ coordinator: Coordinator, _ number: Int, _ stage: Progress.Stage, length: Duration?,
        _ onProgress: (Progress) -> Void, until isOver: (Instant) -> Bool
    ) {
        let begin = Instant.now
        while !isOver(.now + .milliseconds(100)) {
            let progress = coordinator.progress
            onProgress(
                Progress(
                    stage: stage, repeatNumber: number, elapsed: .now - begin, length: length,
                    clients: progress.clients,
                    answered: progress.answered, ledger: progress.ledger, recent: progress.recent))
        }
    }

    // MARK: - Results

    private func merged(
        _ results: [Result<Measurements, SystemError>], first: ServerReading, after: ServerReading, begin: Double
    ) throws(SystemError) -> RunResult {
        var sum = Measurements()
        for result in results { sum.merge(try result.get()) }
        let drift = ((after.bootTime - first.bootTime).seconds - (after.at - first.at).seconds)
        let wall = (after.at - first.at).seconds
        return RunResult(
            of: sum, plan: plan, begin: begin, generator: GeneratorUse(sum.use, threads: plan.threads),
            clockDrift: wall > 0 ? drift / wall : 0, isInterrupted: isStopped)
    }
}
