// How a process ends that cannot go on.
internal import CLinux
internal import SystemPackage

/// How a process ends after it has run out of memory, or because of a bug.
public enum Crash {
    /// Makes a crash end the process at once, as the signal does, without a backtracer that describes it while the process still holds its
    /// ports. SWIFT_BACKTRACE in the environment enables the backtracer. Call it first: it removes all handlers of such signals.
    public static func withoutBacktrace() { clinux_crash_without_backtrace() }

    /// When an allocation by Swift itself fails, which cannot be checked, the process ends at once with this status and one line on
    /// standard error: `begin`, how much memory the process has, and `end`.
    public static func endWhenOutOfMemory(
        line begin: StaticString, _ end: StaticString, status: Int32
    ) throws(SystemError) {
        // SAFETY: static strings live for ever, and end in a zero byte.
        let result = unsafe clinux_end_when_out_of_memory(
            UnsafeRawPointer(begin.utf8Start).assumingMemoryBound(to: CChar.self),
            UnsafeRawPointer(end.utf8Start).assumingMemoryBound(to: CChar.self), status)
        try SystemCall.sigaction.check(result)
    }
}
