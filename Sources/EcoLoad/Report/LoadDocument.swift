// All of a load's results, as JSON: to keep, to merge, to compare. Docs/load.md lists the fields.
import LinuxIO

/// The document that `--json` writes.
public struct LoadDocument: Sendable, ResultDocument {
    public static let knownFormat = "eco-load"
    public static let knownVersion = 1

    /// Where it was measured.
    public struct Machine: Sendable, Codable, Equatable {
        public var processor: String
        public var processors: Int
        public var kernel: String
        public var memoryBytes: Int

        /// This machine, as far as the kernel tells.
        public static var current: Self {
            let lines = (SystemFile.text(at: "/proc/cpuinfo") ?? "").split(separator: "\n")
            let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
            return Self(
                processor: model.map { $0.split(separator: " ").joined(separator: " ") } ?? "unknown",
                processors: lines.count { $0.hasPrefix("processor") },
                kernel: SystemFile.text(at: "/proc/sys/kernel/osrelease")?.split(separator: "\n").first.map(String.init)
                    ?? "unknown",
                memoryBytes: SystemFile.memory("MemTotal") ?? 0)
        }
    }

    public var format = Self.knownFormat
    public var version = Self.knownVersion
    public var eco: String
    public var target: String
    public var plan: LoadPlan
    public var machine: Machine
    /// When the messages were to begin, in seconds since 1970, if `--start-at` was given.
    public var startAt: Double?
    /// One per repeat.
    public var runs: [RunResult]
    /// The objective, and what the runs missed of it.
    public var objective: String?
    public var missed: [String]?
    /// The search for a rate, if there was one.
    public var search: RateSearch.Answer?
    /// How many documents this is the sum of.
    public var mergedFrom = 1
    /// The fingerprint of each part's figures. Nil in a document that is not a sum.
    public var parts: [String]?

    public init(version: String, target: String, plan: LoadPlan, runs: [RunResult]) {
        eco = version
        self.target = target
        self.plan = plan
        machine = .current
        self.runs = runs
    }

    // MARK: - Merging

    public enum MergeError: Error, Equatable {
        /// They did not do the same work.
        case differentPlans(String)
        case differentRepeats(Int, Int)
        /// Both contain the results of the same machine.
        case samePart
        /// It is a sum that does not name its parts.
        case unknownParts
    }

    /// Adds another machine's document of the same load. What belongs to one of them alone (an objective, a search) is left out.
    public mutating func merge(_ other: Self) throws(MergeError) {
        guard runs.count == other.runs.count else { throw .differentRepeats(runs.count, other.runs.count) }
        if plan.mode != other.plan.mode { throw .differentPlans("mode") }
        if plan.serverProtocol != other.plan.serverProtocol { throw .differentPlans("protocol") }
        if plan.sizes != other.plan.sizes { throw .differentPlans("size") }
        if plan.depth != other.plan.depth { throw .differentPlans("depth") }
        if plan.isOpenLoop != other.plan.isOpenLoop { throw .differentPlans("rate") }
        guard let ours = knownParts, let theirs = other.knownParts else { throw .unknownParts }
        guard Set(ours).isDisjoint(with: theirs) else { throw .samePart }
        plan.clients += other.plan.clients
        plan.threads += other.plan.threads
        plan.rate = plan.rate.map { $0 + (other.plan.rate ?? 0) }
        plan.messages = plan.messages.map { $0 + (other.plan.messages ?? 0) }
        mergedFrom += other.mergedFrom
        parts = ours + theirs
        (search, missed) = (nil, nil)
        if objective != other.objective { objective = nil }
        for index in runs.indices { runs[index].merge(other.runs[index]) }
    }

    /// Its parts; nil if they are not known.
    private var knownParts: [String]? { parts ?? (mergedFrom == 1 ? [fingerprint] : nil) }

    /// A fingerprint of figures that differ between any two runs (FNV-1a, 64 bits).
    private var fingerprint: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ number: UInt64) {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                hash = (hash ^ (number >> shift & 0xFF)) &* 0x100_0000_01B3
            }
        }
        add(plan.seed)
        for run in runs {
            add(run.begin.bitPattern)
            add(run.seconds.bitPattern)
            for number in [run.messages, run.bytesIn, run.ledger.asked, Int(run.planned.max)] {
                add(UInt64(bitPattern: Int64(number)))
            }
        }
        return String(hash, radix: 16)
    }

    /// Whether the windows of all runs overlap with another document's, by both machines' clocks.
    public func ranTogether(with other: Self) -> Bool {
        zip(runs, other.runs).allSatisfy { left, right in
            abs(left.begin - right.begin) < min(max(left.seconds, 0.1), max(right.seconds, 0.1))
        }
    }

    // MARK: - Other formats

    /// A line per second, with a heading.
    public var series: String {
        var lines = ["repeat,second,messages,p50_ns,p99_ns,max_ns,clients,errors"]
        for (number, run) in runs.enumerated() {
            lines += run.series.map { sample in
                // A second without an answer has no percentiles.
                let times = sample.messages > 0 ? "\(sample.p50),\(sample.p99),\(sample.max)" : ",,"
                return "\(number + 1),\(sample.second),\(sample.messages),\(times),\(sample.clients),\(sample.errors)"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The percentile distribution of all repeats together, as HdrHistogram's plotter reads it.
    public var distribution: String {
        var all = Times()
        for run in runs { all.add(run.planned) }
        return all.distribution
    }
}
