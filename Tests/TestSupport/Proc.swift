// What the kernel says about a process: proc(5).
import Glibc
import LinuxIO

/// A process, seen from outside.
public struct Proc: Sendable {
    public let pid: pid_t

    public init(_ pid: pid_t) { self.pid = pid }

    /// How many descriptors are open; 0 once the process is gone.
    public var descriptors: Int { entries(of: "/proc/\(pid)/fd").count }

    /// The threads' numbers.
    public var threads: [Int32] { entries(of: "/proc/\(pid)/task").compactMap { Int32($0) } }

    /// Memory that is this process's alone, in bytes; 0 once it is gone.
    public var privateBytes: Int {
        guard let text = SystemFile.text(at: "/proc/\(pid)/smaps_rollup") else { return 0 }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("Private_") && !$0.hasPrefix("Private_Hugetlb") }
        return lines.reduce(0) { $0 + (Self.number(in: $1) << 10) }
    }

    /// Processor time used by all threads so far, from the clock of the process.
    public var processorTime: Duration {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(pid, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
            return .zero
        }
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// How often its threads have gone to sleep of their own accord.
    public var voluntarySwitches: Int {
        threads.reduce(0) { $0 + field("voluntary_ctxt_switches", of: "task/\($1)/status") }
    }

    /// Whether a signal to the process has not been taken yet.
    public func isPending(_ signal: Int32) -> Bool {
        let lines = (SystemFile.text(at: "/proc/\(pid)/status") ?? "").split(separator: "\n")
        let mask = lines.first { $0.hasPrefix("ShdPnd:") }.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
        return mask >> UInt64(signal - 1) & 1 == 1
    }

    /// The scheduler's letter: R runs, S sleeps, T is stopped, Z is dead.
    public var state: Character? {
        guard let text = SystemFile.text(at: "/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else {
            return nil
        }
        return text[name...].dropFirst(2).first
    }

    private func field(_ name: String, of file: String) -> Int {
        let lines = (SystemFile.text(at: "/proc/\(pid)/\(file)") ?? "").split(separator: "\n")
        return lines.first { $0.hasPrefix(name + ":") }.map(Self.number) ?? 0
    }

    private static func number(in line: Substring) -> Int {
        Int(line.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    }

    private func entries(of path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // SAFETY: a name of the kernel's ends in a zero byte.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
