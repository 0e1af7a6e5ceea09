// The kernel's information about a process: proc(5).
internal import CLinux
internal import Glibc
internal import SystemPackage

/// A process, seen from outside.
public struct Proc: Sendable, Hashable {
    public let pid: Int32

    public init(_ pid: Int32) { self.pid = pid }

    /// This process. getpid(2).
    public static var current: Proc { Proc(getpid()) }

    /// All processes.
    public static var all: [Proc] { SystemFile.entries(of: "/proc").compactMap { Int32($0).map(Proc.init) } }

    /// How many descriptors are open; 0 once the process is gone.
    public var descriptors: Int { SystemFile.entries(of: "/proc/\(pid)/fd").count }

    /// The inodes of its sockets.
    public var sockets: [Int] {
        SystemFile.entries(of: "/proc/\(pid)/fd").compactMap { entry in
            guard let target = SystemFile.target(of: "/proc/\(pid)/fd/\(entry)"), target.hasPrefix("socket:[") else {
                return nil
            }
            return Self.number(in: target[...])
        }
    }

    /// The thread ids.
    public var threads: [Int32] { SystemFile.entries(of: "/proc/\(pid)/task").compactMap { Int32($0) } }

    /// Private memory of this process, in bytes; 0 once it is gone.
    public var privateBytes: Int { memory.own }

    /// Processor time used by all threads so far, from the clock of the process.
    public var processorTime: Duration {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
            return .zero
        }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// How long its threads were ready to run so far, with or without a processor; zero if the kernel does not count that
    /// (/proc/PID/task/TID/schedstat).
    public var readyTime: Duration {
        schedulerTimes.reduce(.zero) { $0 + .nanoseconds($1.run) + .nanoseconds($1.wait) }
    }

    /// How long its threads were ready to run so far but had no processor; zero if that is not counted.
    public var waitTime: Duration { schedulerTimes.reduce(.zero) { $0 + .nanoseconds($1.wait) } }

    private var schedulerTimes: [(run: Int64, wait: Int64)] {
        threads.compactMap { thread in
            let text = SystemFile.text(at: "/proc/\(pid)/task/\(thread)/schedstat") ?? ""
            let fields = text.split(separator: " ").compactMap { Int64($0) }
            return fields.count > 1 ? (fields[0], fields[1]) : nil
        }
    }

    /// Whether one of its threads runs, or waits for a processor.
    public var isReady: Bool {
        threads.contains { thread in
            let text = SystemFile.text(at: "/proc/\(pid)/task/\(thread)/stat") ?? ""
            return text.lastIndex(of: ")").map { text[$0...].hasPrefix(") R") } ?? false
        }
    }

    /// The voluntary context switches of its threads.
    public var voluntarySwitches: Int { switches.voluntary }

    /// The involuntary context switches of its threads.
    public var involuntarySwitches: Int { switches.involuntary }

    /// Both. Takes about 10 us per thread.
    public var switches: (voluntary: Int, involuntary: Int) {
        var sum = (voluntary: 0, involuntary: 0)
        for thread in threads {
            // The two are at the end of the file, in this order.
            let lines = (SystemFile.text(at: "/proc/\(pid)/task/\(thread)/status") ?? "").split(separator: "\n")
            for line in lines.suffix(2) {
                if line.hasPrefix("voluntary_ctxt_switches:") { sum.voluntary += Self.number(in: line) }
                if line.hasPrefix("nonvoluntary_ctxt_switches:") { sum.involuntary += Self.number(in: line) }
            }
        }
        return sum
    }

    /// Page faults of all threads so far, including those that had to wait for a disk.
    public var pageFaults: Int {
        let fields = status
        return fields.count > 9 ? (Int(fields[7]) ?? 0) + (Int(fields[9]) ?? 0) : 0
    }

    /// Page faults of its children that have ended and were waited for; every child has some.
    public var endedChildrenFaults: Int {
        let fields = status
        return fields.count > 10 ? (Int(fields[8]) ?? 0) + (Int(fields[10]) ?? 0) : 0
    }

    /// The living processes that its threads have started; empty if the kernel does not list them.
    public var children: [Proc] {
        threads.flatMap { thread in
            (SystemFile.text(at: "/proc/\(pid)/task/\(thread)/children") ?? "").split(separator: " ").compactMap {
                Int32($0).map(Proc.init)
            }
        }
    }

    /// Its current memory, in bytes: resident, with its share of shared pages, and the anonymous part of that. Zero once it is gone.
    public var memory: (resident: Int, proportional: Int, anonymous: Int, own: Int) {
        let lines = (SystemFile.text(at: "/proc/\(pid)/smaps_rollup") ?? "").split(separator: "\n")
        var sum = (resident: 0, proportional: 0, anonymous: 0, own: 0)
        for line in lines {
            if line.hasPrefix("Rss:") { sum.resident = Self.number(in: line) << 10 }
            if line.hasPrefix("Pss_Anon:") { sum.anonymous = Self.number(in: line) << 10 }
            if line.hasPrefix("Pss:") { sum.proportional = Self.number(in: line) << 10 }
            if line.hasPrefix("Private_"), !line.hasPrefix("Private_Hugetlb") { sum.own += Self.number(in: line) << 10 }
        }
        return sum
    }

    /// The signals that its first thread blocks, one bit each, SIGHUP's the lowest; 0 once it is gone.
    public var blockedSignals: UInt64 { mask("SigBlk") }

    /// Whether it ignores a signal.
    public func ignores(_ signal: Int32) -> Bool { mask("SigIgn") >> UInt64(signal - 1) & 1 == 1 }

    /// A set of signals in /proc/PID/status.
    package func mask(_ field: String) -> UInt64 {
        let lines = (SystemFile.text(at: "/proc/\(pid)/status") ?? "").split(separator: "\n")
        let line = lines.first { $0.hasPrefix("\(field):") }
        return line?.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) } ?? 0
    }

    /// The name of its program, at most 15 bytes; empty once it is gone.
    public var name: String {
        let text = SystemFile.text(at: "/proc/\(pid)/comm") ?? ""
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// How long it has been running, to the hundredth of a second; nil once it is gone.
    public var age: Duration? {
        guard let start = status.dropFirst(19).first.flatMap({ Int64($0) }),
            let uptime = (SystemFile.text(at: "/proc/uptime") ?? "").split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        return .milliseconds(max(0, Int64(uptime * 1000) - start * 10))
    }

    /// The scheduler's letter: R runs, S sleeps, T is stopped, Z is dead.
    public var state: Character? { status.first?.first }

    /// The process id of its parent, or of the process that has inherited it; nil once it is gone.
    public var parent: Int32? { status.dropFirst().first.flatMap { Int32($0) } }

    /// The process id of the leader of its session; nil once it is gone.
    public var session: Int32? { status.dropFirst(3).first.flatMap { Int32($0) } }

    /// The fields of /proc/PID/stat that follow the name: state, parent, group, session, ...
    package var status: [Substring] {
        guard let text = SystemFile.text(at: "/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else { return [] }
        return text[name...].dropFirst(2).split(separator: " ")
    }

    /// Its command line, with spaces between the arguments; empty if it may not be read.
    public var commandLine: String {
        (SystemFile.text(at: "/proc/\(pid)/cmdline") ?? "").split(separator: "\0").joined(separator: " ")
    }

    /// Whether it was started with this variable in its environment; false if that may not be read.
    public func hasEnvironment(_ name: String, _ value: String) -> Bool {
        (SystemFile.text(at: "/proc/\(pid)/environ") ?? "").split(separator: "\0").contains("\(name)=\(value)")
    }

    public func send(signal: Int32) { _ = kill(pid, signal) }

    /// Sends a signal. kill(2).
    ///
    /// - Throws: ESRCH once it is gone, EPERM if it belongs to another user.
    public func send(_ signal: Signal) throws(SystemError) {
        guard kill(pid, signal.rawValue) != 0 else { return }
        throw SystemError(Errno(rawValue: errno), in: .kill)
    }

    /// Sets the soft limit on its descriptors, at most the hard one, and returns what it was. prlimit(2).
    public func limitDescriptors(to soft: Int) throws(SystemError) -> Int {
        var before: UInt64 = 0
        try SystemCall.prlimit.check(unsafe clinux_limit_descriptors_of(pid, UInt64(soft), &before))
        return Int(clamping: before)
    }

    private static func number(in line: Substring) -> Int {
        Int(line.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }
}
