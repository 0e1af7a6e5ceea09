// Memory held back for allocations that must not fail.
internal import CLinux
internal import Synchronization

/// A block of memory that is freed when memory runs out, so that allocations by Swift itself find room: a line of the log, the text of the
/// counters. Such an allocation cannot be checked; if it fails, the process ends.
///
/// From then on `Memory.allocate` returns nil until the block is whole again. Any thread may call these.
public enum MemoryReserve {
    /// The block's size; 0 while none is kept.
    private static let byteCount = Atomic<Int>(0)
    /// The block's address; 0 while it is freed.
    private static let block = Atomic<UInt>(0)
    /// How many callers of `lend` are using it.
    private static let borrowers = Atomic<Int>(0)

    /// Keeps a block of this many bytes from now on. Less than malloc's threshold for a separate mapping (128 KiB), so that the next small
    /// allocation can use the freed block. mallopt(3), M_MMAP_THRESHOLD.
    public static func keep(byteCount count: Int) {
        precondition(count > 0 && count < 128 << 10)
        byteCount.store(count, ordering: .relaxed)
        restore()
    }

    /// Calls the function, which allocates a little and must not fail. When memory is short, it may use the block.
    public static func lend<Result>(_ body: () -> Result) -> Result {
        guard block.load(ordering: .relaxed) != 0, !hasRoom else { return body() }
        borrowers.add(1, ordering: .relaxed)
        giveUp()
        defer {
            borrowers.subtract(1, ordering: .relaxed)
            restore()
        }
        return body()
    }

    /// Allocates the block again if it was freed; returns whether it exists now, or none is kept.
    static func makeWhole() -> Bool {
        block.load(ordering: .relaxed) != 0 || byteCount.load(ordering: .relaxed) == 0 || restore()
    }

    /// Frees the block for the next allocation.
    static func giveUp() {
        // SAFETY: the block's own address, which no other thread has: it was exchanged.
        unsafe clinux_free(UnsafeMutableRawPointer(bitPattern: block.exchange(0, ordering: .acquiringAndReleasing)))
    }

    /// Whether there is memory for a second block.
    private static var hasRoom: Bool {
        let second = unsafe clinux_allocate(byteCount.load(ordering: .relaxed), 16)
        unsafe clinux_free(second)
        return unsafe second != nil
    }

    /// Allocates the block again, if there is memory for it and no caller uses it.
    @discardableResult
    private static func restore() -> Bool {
        guard borrowers.load(ordering: .relaxed) == 0,
            let memory = unsafe clinux_allocate(byteCount.load(ordering: .relaxed), 16)
        else { return false }
        let (isTaken, _) = block.compareExchange(
            expected: 0, desired: UInt(bitPattern: memory), ordering: .acquiringAndReleasing)
        // Another thread was faster.
        if !isTaken { unsafe clinux_free(memory) }
        return true
    }
}
