// What the processes of a server use between two moments.
public import LinuxIO

/// Readings at a moment, to be subtracted from later ones. Quick, so that it does not disturb the window.
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

/// The given processes of the server with all their descendants, and the readings of them around the window.
public struct ServerObservation {
    private let pids: [Int32]
    private let tree: ProcessTree
    /// Those that were alive at the last scan, which takes a while if there are many threads.
    private var known: [Proc] = []
    private let group: ControlGroup?
    private var offspringBefore: Offspring?
    private var offspringAfter: Offspring?
    private var footprintBefore: Footprint?
    private var footprintAfter: Footprint?
    private var countsBefore: Counts?
    private var countsAfter: Counts?

    /// Counts that take some time per thread.
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

    /// Measures the server before the first client connects.
    ///
    /// - Parameter makesGroup: whether its processes may be moved to a control group for as long as this lives.
    public init(_ pids: [Int32], makesGroup: Bool) {
        self.pids = pids
        let tree = ProcessTree(of: pids)
        self.tree = tree
        // Before it starts a process for a client.
        group = makesGroup ? ControlGroup(gathering: { tree.processes }) : nil
        _ = find()
        footprintBefore = Footprint(of: known)
    }

    private mutating func find() -> Offspring {
        let (living, zombies) = tree.members
        known = living
        // A grandchild whose parent has ended is not counted here.
        for process in group?.processes ?? [] where !known.contains(process) && Self.isAlive(process) {
            known.append(process)
        }
        return Offspring(known, zombies: zombies)
    }

    private static func isAlive(_ process: Proc) -> Bool { process.state.map { $0 != "Z" } ?? false }

    /// Processor time so far by the clocks of the processes; nil once the server is gone. Quick, since it does not scan for processes.
    public func time() -> Duration? {
        let alive = known.filter(Self.isAlive)
        return alive.isEmpty ? nil : alive.reduce(.zero) { $0 + $1.processorTime }
    }

    /// Processor time so far of all that were ever in the group.
    var groupTime: Duration? { group?.processorTime }

    /// Reads the counts that take time; to be called when all clients are connected, before their messages begin.
    public mutating func countBefore() {
        offspringBefore = find()
        countsBefore = Counts(known)
    }

    /// Measures the server when the window is over and its clients are still connected.
    public mutating func lookAfter() {
        offspringAfter = find()
        countsAfter = Counts(known)
        footprintAfter = Footprint(of: known)
    }

    /// Checks once more whether processes have started or ended, if the window ends only now.
    public mutating func lookAgain() { offspringAfter = find() }

    /// What the server used between the two readings.
    ///
    /// - Parameters:
    ///   - talking: when the messages began.
    ///   - window: for how many seconds messages were counted; the readings are some milliseconds off its edges.
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

    /// The time by the control group, or by the clocks if they are complete.
    private func processorTime(from begin: ServerReading, to end: ServerReading) -> Duration? {
        if let before = begin.groupTime, let after = end.groupTime { return after - before }
        guard isSameOffspring, let before = begin.serverTime, let after = end.serverTime else { return nil }
        return after - before
    }

    /// Whether no process has started or ended.
    private var isSameOffspring: Bool {
        guard let offspringBefore, let offspringAfter else { return false }
        return offspringBefore.isSame(as: offspringAfter)
    }
}
