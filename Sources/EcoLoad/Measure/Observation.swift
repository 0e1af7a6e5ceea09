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
    public var processorSeconds: Double
    /// Of one processor; above 1 where it uses several.
    public var processorShare: Double
    /// How much of one processor it left; never below 0.
    public var idleShare: Double
    /// At the window's end.
    public var privateBytes: Int
    public var threads: Int
    public var descriptors: Int
    /// In the window: counted from before the warm-up until after it, so as not to disturb it, and scaled to its length.
    public var voluntarySwitches: Int
    public var involuntarySwitches: Int
    public var pageFaults: Int?
    /// Before the first client came, and at the window's end, with all clients there.
    public var before: Footprint?
    public var after: Footprint?
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
    /// Nil if the server has gone.
    let serverTime: Duration?
    let bootTime: Instant

    init(_ server: ServerObservation) {
        serverTime = server.time()
        at = .now
        bootTime = .sinceBoot
    }
}

/// The processes of the server, as they are told, with all that they have started, and what is seen of them around the window.
struct ServerObservation {
    private let pids: [Int32]
    /// Those that were alive when they were last looked for, which takes a while where there are many threads.
    private var known: [Proc] = []
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
    init(_ pids: [Int32]) {
        self.pids = pids
        find()
        footprintBefore = Footprint(of: known)
    }

    private mutating func find() {
        known = []
        var next = pids.map(Proc.init)
        while let process = next.popLast() {
            guard let state = process.state, state != "Z", !known.contains(process) else { continue }
            known.append(process)
            next += process.children
        }
    }

    /// Processor time so far; nil once the server is gone. Quick: no process is looked for.
    func time() -> Duration? {
        let alive = known.filter { $0.state.map { $0 != "Z" } ?? false }
        return alive.isEmpty ? nil : alive.reduce(.zero) { $0 + $1.processorTime + $1.endedChildrenTime }
    }

    /// Counts what takes time to count; to be called when all clients are there, before they talk.
    mutating func countBefore() {
        find()
        countsBefore = Counts(known)
    }

    /// Looks at the server when the window is over and its clients are still there.
    ///
    /// - Returns: processor time of processes that began in the window.
    mutating func lookAfter() -> Duration {
        let before = known
        find()
        countsAfter = Counts(known)
        footprintAfter = Footprint(of: known)
        return known.filter { !before.contains($0) }.reduce(.zero) { $0 + $1.processorTime + $1.endedChildrenTime }
    }

    /// What the server took between the two readings, and what its younger processes took.
    ///
    /// - Parameters:
    ///   - talking: since when there was something to count.
    ///   - window: for how many seconds messages were counted; the readings lie some milliseconds beside its edges.
    func use(
        from begin: Reading, to end: Reading, younger: Duration, talking: Instant, window: Double?
    ) -> ServerUse? {
        guard let pid = pids.first, let after = footprintAfter, let countsAfter,
            let timeBefore = begin.serverTime, let timeAfter = end.serverTime
        else { return nil }
        let wall = (end.at - begin.at).seconds
        let measured = (timeAfter - timeBefore + younger).seconds
        let share = wall > 0 ? measured / wall : 0
        let time = window.map { share * $0 } ?? measured
        let counted = (end.at - talking).seconds
        func scaled(_ count: (Counts) -> Int) -> Int {
            guard let countsBefore, counted > 0 else { return 0 }
            // A process that has gone takes its counts with it.
            let change = max(0, count(countsAfter) - count(countsBefore))
            return Int((Double(change) * min(1, wall / counted)).rounded())
        }
        return ServerUse(
            pid: pid, processorSeconds: time, processorShare: share, idleShare: max(0, 1 - share),
            privateBytes: after.privateBytes, threads: after.threads, descriptors: after.descriptors,
            voluntarySwitches: scaled(\.voluntary), involuntarySwitches: scaled(\.involuntary),
            pageFaults: scaled(\.pageFaults), before: footprintBefore, after: after)
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
