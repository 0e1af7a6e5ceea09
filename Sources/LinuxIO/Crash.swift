// What becomes of a process that cannot go on.
internal import CLinux
internal import SystemPackage

/// How a process ends that has run out of memory, or into a mistake of its own.
public enum Crash {
    /// A crash ends the process at once, as signals do: no backtracer describes it first while the process still holds its
    /// ports. SWIFT_BACKTRACE in the environment asks for one all the same. To be called first: it takes out all handlers of such
    /// signals.
    public static func withoutBacktrace() { clinux_crash_without_backtrace() }

    /// When an allocation of Swift's own fails, which cannot be checked, the process ends at once with this status and one line
    /// on standard error: its beginning, how much memory the process has, and its end.
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
