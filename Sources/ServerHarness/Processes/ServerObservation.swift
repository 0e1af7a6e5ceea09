// What the processes of a server use between two moments.
public import LinuxIO

/// A moment's readings, to be subtracted from a later one's. Quick: the window is not held up.
public struct ServerReading: Sendable {
    public let at: Instant
    /// By the clocks of the server's processes; nil if it has gone.
    let serverTime: Duration?
    /// By their control group; nil without one.
    let groupTime: Duration?
    public let bootTime: Instant

    public init(_ server: ServerObservation) {
        serverTime = server.time()
        groupTime = server.groupTime
        at = .now
        bootTime = .sinceBoot
    }
}

/// The processes of the server, as they are told, with all that they have started, and what is seen of them around the window.
public struct ServerObservation {
    private let pids: [Int32]
    private let tree: ProcessTree
    /// Those that were alive when they were last looked for, which takes a while where there are many threads.
    private var known: [Proc] = []
    private let group: ControlGroup?
    private var offspringBefore: Offspring?
    private var offspringAfter: Offspring?
    private var footprintBefore: Footprint?
    private var footprintAfter: Footprint?
    private var countsBefore: Counts?
    private var countsAfter: Counts?

    /// What takes some time to be counted, for each thread.
    private struct Counts {
        var voluntary = 0
        var involuntary = 0
        var pageFaults = 0

        init(_ processes: [Proc]) {
            for process in processes {
                let switches = process.switches
                voluntary += switches.voluntary
                involuntary += switches.involuntary
                pageFaults += process.pageFaults
            }
        }
    }

    /// Looks at the server before the first client comes.
    ///
    /// - Parameter makesGroup: whether its processes may be moved to a control group for as long as this lives.
    public init(_ pids: [Int32], makesGroup: Bool) {
        self.pids = pids
        let tree = ProcessTree(of: pids)
        self.tree = tree
        // Before it starts any process for a client.
        group = makesGroup ? ControlGroup(gathering: { tree.processes }) : nil
        _ = find()
        footprintBefore = Footprint(of: known)
    }

    private mutating func find() -> Offspring {
        let (living, zombies) = tree.members
        known = living
        // A child of a child that has ended is nobody's here.
        for process in group?.processes ?? [] where !known.contains(process) && Self.isAlive(process) {
            known.append(process)
        }
        return Offspring(known, zombies: zombies)
    }

    private static func isAlive(_ process: Proc) -> Bool { process.state.map { $0 != "Z" } ?? false }

    /// Processor time so far by the clocks of the processes; nil once the server is gone. Quick: no process is looked for.
    public func time() -> Duration? {
        let alive = known.filter(Self.isAlive)
        return alive.isEmpty ? nil : alive.reduce(.zero) { $0 + $1.processorTime }
    }

    /// Processor time so far of all that were ever in the group.
    var groupTime: Duration? { group?.processorTime }

    /// Counts what takes time to count; to be called when all clients are there, before they talk.
    public mutating func countBefore() {
        offspringBefore = find()
        countsBefore = Counts(known)
    }

    /// Looks at the server when the window is over and its clients are still there.
    public mutating func lookAfter() {
        offspringAfter = find()
        countsAfter = Counts(known)
        footprintAfter = Footprint(of: known)
    }

    /// Looks once more whether processes have come or gone, where the window ends only now.
    public mutating func lookAgain() { offspringAfter = find() }

    /// What the server took between the two readings.
    ///
    /// - Parameters:
    ///   - talking: since when there was something to count.
    ///   - window: for how many seconds messages were counted; the readings lie some milliseconds beside its edges.
    public func use(
        from begin: ServerReading, to end: ServerReading, talking: Instant, window: Double?
    ) -> ServerUse? {
        guard let pid = pids.first, let after = footprintAfter, let countsAfter,
            begin.serverTime != nil, end.serverTime != nil
        else { return nil }
        let wall = (end.at - begin.at).seconds
        let measured = processorTime(from: begin, to: end)?.seconds
        let share = measured.map { wall > 0 ? $0 / wall : 0 }
        let time = window.flatMap { window in share.map { $0 * window } } ?? measured
        let counted = (end.at - talking).seconds
        func scaled(_ count: (Counts) -> Int) -> Int {
            guard let countsBefore, counted > 0 else { return 0 }
            let change = max(0, count(countsAfter) - count(countsBefore))
            return Int((Double(change) * min(1, wall / counted)).rounded())
        }
        return ServerUse(
            pid: pid, processorSeconds: time, processorShare: share, idleShare: share.map { max(0, 1 - $0) },
            privateBytes: after.privateBytes, threads: after.threads, descriptors: after.descriptors,
            voluntarySwitches: scaled(\.voluntary), involuntarySwitches: scaled(\.involuntary),
            pageFaults: scaled(\.pageFaults), areCountsLeast: !isSameOffspring, before: footprintBefore, after: after)
    }

    /// The group's account, or that of the clocks if it is whole.
    private func processorTime(from begin: ServerReading, to end: ServerReading) -> Duration? {
        if let before = begin.groupTime, let after = end.groupTime { return after - before }
        guard isSameOffspring, let before = begin.serverTime, let after = end.serverTime else { return nil }
        return after - before
    }

    /// Whether no process has come or gone.
    private var isSameOffspring: Bool {
        guard let offspringBefore, let offspringAfter else { return false }
        return offspringBefore.isSame(as: offspringAfter)
    }
}
