// The process's memory.
internal import CLinux

/// The allocator's dealings with the kernel.
public enum Memory {
    /// Gives freed memory back to the kernel. malloc_trim(3); some milliseconds after much was freed.
    public static func trim() { clinux_trim_memory() }

    /// Lets all threads allocate from one heap, the one that `trim()` gives back; a heap of each thread's own keeps what was
    /// freed at its end. To be called before the first thread starts. mallopt(3).
    public static func useOneArena() { clinux_use_one_arena() }
}
