// How much memory per process may have.
import Glibc
import LinuxIO

/// The limit on a process's address space: RLIMIT_AS of setrlimit(2).
public enum AddressSpace {
    /// Limits the calling process to this many more bytes than it has.
    public static func limit(toMoreBytes more: UInt) throws {
        let pages = SystemFile.text(at: "/proc/self/statm")?.split(separator: " ").first.flatMap { UInt($0) }
        guard let pages else { throw TestFailure("/proc/self/statm cannot be read") }
        let bytes = pages * UInt(sysconf(Int32(_SC_PAGESIZE))) + more
        var limit = rlimit(rlim_cur: bytes, rlim_max: bytes)
        guard unsafe setrlimit(__rlimit_resource_t(9), &limit) == 0 else { throw TestFailure("errno \(errno)") }
    }
}
