// The processors on which a thread and its descendants may run.
internal import CLinux

/// The processors of this machine, by the kernel's numbers.
public enum Processors {
    /// Those on which the calling thread may run, in ascending order; empty if unknown. sched_getaffinity(2).
    public static var allowed: [Int] {
        var numbers = [Int32](repeating: 0, count: 1024)
        // SAFETY: at most as many as there is room for.
        let count = unsafe numbers.withUnsafeMutableBufferPointer {
            unsafe clinux_processors($0.baseAddress, Int32($0.count))
        }
        return numbers.prefix(max(0, Int(count))).map { Int($0) }
    }

    /// The calling thread, and the threads and programs that it starts from now on, run on these only. sched_setaffinity(2).
    public static func use(_ processors: [Int]) throws(SystemError) {
        let numbers = processors.map { Int32(clamping: $0) }
        // SAFETY: only read, during the call.
        let result = unsafe numbers.withUnsafeBufferPointer { unsafe clinux_run_on($0.baseAddress, Int32($0.count)) }
        try SystemCall.sched_setaffinity.check(result)
    }

    /// Those that share a core with a processor, including itself; only itself if unknown.
    public static func siblings(of processor: Int) -> Set<Int> {
        let path = "/sys/devices/system/cpu/cpu\(processor)/topology/thread_siblings_list"
        var all: Set = [processor]
        // 0,4 or 0-1.
        for part in (SystemFile.text(at: path) ?? "").split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            if let first = ends.first, let last = ends.last, first <= last { all.formUnion(first...last) }
        }
        return all
    }
}

extension Thread {
    /// The calling thread runs only when a processor has nothing else to do. sched_setscheduler(2), SCHED_IDLE.
    public static func runWhenIdle() throws(SystemError) {
        try SystemCall.sched_setscheduler.check(clinux_run_when_idle())
    }
}
