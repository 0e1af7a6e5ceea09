// The process's memory.
internal import CLinux

/// The allocator's dealings with the kernel.
public enum Memory {
    /// Gives freed memory back to the kernel. malloc_trim(3); some milliseconds after much was freed.
    public static func trim() { clinux_trim_memory() }
}
