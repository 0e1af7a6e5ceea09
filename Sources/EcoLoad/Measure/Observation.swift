// What is seen of the generator, of the server and of the kernel between them.
import LinuxIO

/// What the generator's own process took in the measured window.
public struct GeneratorUse: Sendable, Codable, Equatable {
    public var threads = 1
    public var processorSeconds = 0.0
    /// For how long its threads were ready and had no processor.
    public var waitSeconds = 0.0
    /// Shares of one processor a thread.
    public var processorShare = 0.0
    public var waitShare = 0.0
    public var privateBytes = 0
    /// For how long a thread did not run though it was to (stopped, starved, or busy with one turn): pauses of a tenth of a second
    /// or more. Nil if there was none.
    public var pauseSeconds: Double?
}

/// What the server's processes took in the measured window, all together; known with a process number only.
public struct ServerUse: Sendable, Codable, Equatable {
    public var pid: Int32
    /// Nil if that is not known: processes have come or gone, and no control group has counted their time.
    public var processorSeconds: Double?
    /// Of one processor; above 1 where it uses several.
    public var processorShare: Double?
    /// How much of one processor it left; never below 0.
    public var idleShare: Double?
    /// At the window's end.
    public var privateBytes: Int
    public var threads: Int
    public var descriptors: Int
    /// In the window: counted from before the warm-up until after it, so as not to disturb it, and scaled to its length.
    public var voluntarySwitches: Int
    public var involuntarySwitches: Int
    public var pageFaults: Int?
    /// True if processes have come or gone: a process that ends takes its counts with it, so that there were at least so many. Nil
    /// in older documents.
    public var areCountsLeast: Bool?
    /// Before the first client came, and at the window's end, with all clients there.
    public var before: Footprint?
    public var after: Footprint?

    /// What it would have taken in a window so many times as long.
    mutating func scale(by factor: Double) {
        processorSeconds? *= factor
        func scaled(_ count: Int) -> Int { Int(exactly: (Double(count) * factor).rounded()) ?? count }
        voluntarySwitches = scaled(voluntarySwitches)
        involuntarySwitches = scaled(involuntarySwitches)
        pageFaults = pageFaults.map(scaled)
    }
}

/// What a server occupies at a moment.
public struct Footprint: Sendable, Codable, Equatable {
    /// Its processes, in bytes: all memory that is there (RSS), their fair part of what is shared (PSS), what is theirs alone.
    public var residentBytes = 0
    public var proportionalBytes = 0
    public var privateBytes = 0
    /// What is no file's: heaps and stacks, their fair part where it is shared (Pss_Anon).
    public var anonymousBytes = 0
    public var processes = 0
    public var threads = 0
    public var descriptors = 0
    /// The kernel's, in bytes, of the whole machine: slabs (sockets among them), stacks of threads, page tables. /proc/meminfo.
    public var kernelBytes = 0

    public init() {}
}

/// What this machine's kernel counted of its listening sockets in the run, whoever's they are.
public struct ListenQueue: Sendable, Codable, Equatable {
    /// Connections that found a full queue, and requests that were dropped for whatever reason. /proc/net/netstat.
    public var overflows = 0
    public var drops = 0
}

/// A moment's readings, to be subtracted from a later one's. Quick: the window is not held up.
struct Reading {
    let at: Instant
    /// By the clocks of the server's processes; nil if it has gone.
    let serverTime: Duration?
    /// By their control group; nil without one.
    let groupTime: Duration?
    let bootTime: Instant

    init(_ server: ServerObservation) {
        serverTime = server.time()
        groupTime = server.groupTime
        at = .now
        bootTime = .sinceBoot
    }
}

/// The processes of the server, as they are told, with all that they have started, and what is seen of them around the window.
struct ServerObservation {
    private let pids: [Int32]
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
    init(_ pids: [Int32], makesGroup: Bool) {
        self.pids = pids
        // Before it starts any process for a client.
        group = makesGroup ? ControlGroup(gathering: { Self.descent(of: pids).living }) : nil
        _ = find()
        footprintBefore = Footprint(of: known)
    }

    /// These processes and all that they have started, as far as the kernel lists it.
    private static func descent(of pids: [Int32]) -> (living: [Proc], zombies: Int) {
        var living: [Proc] = []
        var zombies = 0
        var next = pids.map(Proc.init)
        while let process = next.popLast() {
            guard let state = process.state, !living.contains(process) else { continue }
            guard state != "Z" else {
                zombies += 1
                continue
            }
            living.append(process)
            next += process.children
        }
        return (living, zombies)
    }

    private mutating func find() -> Offspring {
        let descent = Self.descent(of: pids)
        known = descent.living
        // A child of a child that has ended is nobody's here.
        for process in group?.processes ?? [] where !known.contains(process) && Self.isAlive(process) {
            known.append(process)
        }
        return Offspring(known, zombies: descent.zombies)
    }

    private static func isAlive(_ process: Proc) -> Bool { process.state.map { $0 != "Z" } ?? false }

    /// Processor time so far by the clocks of the processes; nil once the server is gone. Quick: no process is looked for.
    func time() -> Duration? {
        let alive = known.filter(Self.isAlive)
        return alive.isEmpty ? nil : alive.reduce(.zero) { $0 + $1.processorTime }
    }

    /// Processor time so far of all that were ever in the group.
    var groupTime: Duration? { group?.processorTime }

    /// Counts what takes time to count; to be called when all clients are there, before they talk.
    mutating func countBefore() {
        offspringBefore = find()
        countsBefore = Counts(known)
    }

    /// Looks at the server when the window is over and its clients are still there.
    mutating func lookAfter() {
        offspringAfter = find()
        countsAfter = Counts(known)
        footprintAfter = Footprint(of: known)
    }

    /// Looks once more whether processes have come or gone, where the window ends only now.
    mutating func lookAgain() { offspringAfter = find() }

    /// What the server took between the two readings.
    ///
    /// - Parameters:
    ///   - talking: since when there was something to count.
    ///   - window: for how many seconds messages were counted; the readings lie some milliseconds beside its edges.
    func use(
        from begin: Reading, to end: Reading, talking: Instant, window: Double?
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
    private func processorTime(from begin: Reading, to end: Reading) -> Duration? {
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

extension Footprint {
    /// What some processes occupy at the moment; nil if there are none.
    init?(of processes: [Proc]) {
        guard !processes.isEmpty else { return nil }
        for process in processes {
            let memory = process.memory
            residentBytes += memory.resident
            proportionalBytes += memory.proportional
            privateBytes += memory.own
            anonymousBytes += memory.anonymous
            threads += process.threads.count
            descriptors += process.descriptors
        }
        self.processes = processes.count
        kernelBytes = ["Slab", "KernelStack", "PageTables"].reduce(0) { $0 + (SystemFile.memory($1) ?? 0) }
    }
}

extension ListenQueue {
    /// The kernel's counts until now.
    static var now: Self {
        let lines = (SystemFile.text(at: "/proc/net/netstat") ?? "").split(separator: "\n").filter {
            $0.hasPrefix("TcpExt:")
        }
        guard lines.count == 2 else { return Self() }
        let names = lines[0].split(separator: " ")
        let values = lines[1].split(separator: " ")
        func value(_ name: String) -> Int {
            names.firstIndex { $0 == name }.flatMap { $0 < values.count ? Int(values[$0]) : nil } ?? 0
        }
        return Self(overflows: value("ListenOverflows"), drops: value("ListenDrops"))
    }

    static func - (left: Self, right: Self) -> Self {
        Self(overflows: left.overflows - right.overflows, drops: left.drops - right.drops)
    }
}
