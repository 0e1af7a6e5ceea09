// The process's memory.
internal import CLinux

/// The allocator's dealings with its callers and with the kernel.
public enum Memory {
    /// Memory for so many bytes, or nil if there is none: whoever asks on a client's behalf gives up that client then. What
    /// Swift allocates of its own accord ends the process instead. Any thread may call this. malloc(3), posix_memalign(3).
    ///
    /// While `MemoryReserve` is not whole there is none: what is left is for Swift.
    ///
    /// - Parameter alignment: a power of two.
    public static func allocate(byteCount: Int, alignment: Int = 16) -> UnsafeMutableRawPointer? {
        guard MemoryReserve.isWhole else { return nil }
        if let memory = unsafe clinux_allocate(byteCount, alignment) { return unsafe memory }
        MemoryReserve.giveUp()
        return nil
    }

    /// Memory for more values than there were, which are moved there; what they had is given back. Nil if there is none: they are
    /// where they were.
    ///
    /// - Parameters:
    ///   - values: what `allocate` gave, or nil if there are none yet.
    ///   - count: how many are initialized.
    ///   - capacity: how many there is to be room for.
    public static func enlarge<Value: BitwiseCopyable>(
        _ values: UnsafeMutablePointer<Value>?, count: Int, to capacity: Int
    ) -> UnsafeMutablePointer<Value>? {
        guard let memory = unsafe allocate(byteCount: capacity * MemoryLayout<Value>.stride) else { return nil }
        let larger = unsafe memory.bindMemory(to: Value.self, capacity: capacity)
        if let values = unsafe values {
            // SAFETY: `count` values are initialized, and the new memory has room for more.
            unsafe larger.moveInitialize(from: values, count: count)
            unsafe deallocate(values)
        }
        return unsafe larger
    }

    /// Gives back what `allocate` gave. free(3).
    public static func deallocate(_ memory: UnsafeMutableRawPointer) { unsafe clinux_free(memory) }

    /// Whether there is memory for so many bytes at this moment: for Swift's own small allocations, before which nothing else can
    /// be asked. More than glibc keeps aside for one thread and one size (1 KiB), or the answer is of no use.
    public static func isThere(byteCount: Int) -> Bool {
        guard let memory = unsafe allocate(byteCount: byteCount) else { return false }
        unsafe deallocate(memory)
        return true
    }

    /// Gives freed memory back to the kernel. malloc_trim(3); some milliseconds after much was freed.
    public static func trim() { clinux_trim_memory() }

    /// Lets all threads allocate from one heap, the one that `trim()` gives back; a heap of each thread's own keeps what was
    /// freed at its end. To be called before the first thread starts. mallopt(3).
    public static func useOneArena() { clinux_use_one_arena() }
}
