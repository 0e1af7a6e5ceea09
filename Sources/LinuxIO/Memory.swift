// The process's memory.
internal import CLinux

/// Checked allocations, and the allocator's settings.
public enum Memory {
    /// Allocates this many bytes, or returns nil if there is no memory: a caller that works for a client then gives up that client. A
    /// failed allocation by Swift itself ends the process instead. Any thread may call this. malloc(3), posix_memalign(3).
    ///
    /// While `MemoryReserve` is not whole, it returns nil: what is left is for Swift.
    ///
    /// - Parameter alignment: a power of two.
    public static func allocate(byteCount: Int, alignment: Int = 16) -> UnsafeMutableRawPointer? {
        guard MemoryReserve.makeWhole() else { return nil }
        if let memory = unsafe clinux_allocate(byteCount, alignment) { return unsafe memory }
        MemoryReserve.giveUp()
        return nil
    }

    /// Allocates memory for more values than before, moves the values there and frees their old memory. Returns nil if there is no
    /// memory: the values then stay where they were.
    ///
    /// - Parameters:
    ///   - values: what `allocate` returned, or nil if there are none yet.
    ///   - count: how many are initialized.
    ///   - capacity: how many values the new memory has room for.
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

    /// Frees what `allocate` returned. free(3).
    public static func deallocate(_ memory: UnsafeMutableRawPointer) { unsafe clinux_free(memory) }

    /// Whether there is memory for this many bytes now: a check before small allocations by Swift, which cannot be checked otherwise. Give
    /// more than glibc caches for one thread and one size (1 KiB), or the answer is useless.
    public static func isThere(byteCount: Int) -> Bool {
        guard let memory = unsafe allocate(byteCount: byteCount) else { return false }
        unsafe deallocate(memory)
        return true
    }

    /// Gives freed memory back to the kernel. malloc_trim(3); takes some milliseconds after much was freed.
    public static func trim() { clinux_trim_memory() }

    /// Lets all threads allocate from one heap, the one that `trim()` shrinks; the separate heaps of threads keep freed memory. Call it
    /// before the first thread starts. mallopt(3).
    public static func useOneArena() { clinux_use_one_arena() }
}
