// The connection table: plain values in dense slots.
internal import LinuxIO

/// What a slot of the table needs; the table manages both.
public protocol Slot: BitwiseCopyable {
    init()

    /// Odd while the slot is occupied, even while it is free.
    var generation: UInt32 { get set }

    /// The tick at which something is due, 0 if nothing is; the table keeps its list of free slots here.
    var deadlineTick: UInt32 { get set }
}

/// A table of plain values, found by slot and generation.
///
/// It grows by chunks whose memory is touched only as far as it is used, and never moves a value. A slot costs only the value's size. If
/// there is no memory for another chunk, `insert` returns nil. For one thread at a time.
@safe
public struct SlotTable<Element: Slot>: ~Copyable {
    private static var chunkBits: Int { 10 }
    private static var chunkCapacity: Int { 1 << chunkBits }

    private typealias Chunk = UnsafeMutablePointer<Element>

    /// The chunks; nil before the first one.
    // SAFETY: owned only by this value, which is with one thread at a time.
    nonisolated(unsafe) private var chunks: UnsafeMutablePointer<Chunk>?
    private var chunkCount = 0
    private var chunkRoom = 0
    /// The most recently freed slot plus 1; 0 if none is free.
    private var firstFree: UInt32 = 0

    /// All slots that were ever occupied are below this one.
    public private(set) var end = 0
    /// How many slots are occupied.
    public private(set) var count = 0

    /// An empty table, without memory.
    public init() { unsafe chunks = nil }

    deinit {
        guard let chunks = unsafe chunks else { return }
        for index in 0..<chunkCount { unsafe Memory.deallocate(chunks[index]) }
        unsafe Memory.deallocate(chunks)
    }

    /// Allocates memory for the first slots, so that at least these can always be occupied. False if there is none.
    public mutating func reserveFirst() -> Bool { chunkCount > 0 || addChunk() }

    /// Occupies a slot with a fresh value and returns its number; the last freed slot is used first. Nil if all are occupied and there is
    /// no memory for more.
    public mutating func insert() -> Int? {
        let slot: Int
        if firstFree != 0 {
            slot = Int(firstFree) - 1
            firstFree = self[slot].deadlineTick
        } else {
            slot = end
            if slot >> Self.chunkBits == chunkCount, !addChunk() { return nil }
            end += 1
            // SAFETY: the chunk has just been allocated, or has room for this slot; it is written before it is read.
            unsafe (chunks![slot >> Self.chunkBits] + (slot & (Self.chunkCapacity - 1))).initialize(to: Element())
        }
        var element = Element()
        element.generation = self[slot].generation &+ 1
        self[slot] = element
        count += 1
        return slot
    }

    /// Frees an occupied slot: its tokens find nothing from now on.
    public mutating func remove(_ slot: Int) {
        precondition(isOccupied(slot), "the slot is free already")
        self[slot].generation &+= 1
        self[slot].deadlineTick = firstFree
        firstFree = UInt32(slot + 1)
        count -= 1
    }

    /// Forgets all slots, none of which is occupied, and frees their memory except the first chunk. Earlier tokens must not be used any
    /// more.
    public mutating func forgetAll() {
        precondition(count == 0, "a slot is occupied")
        while chunkCount > 1 {
            chunkCount -= 1
            unsafe Memory.deallocate(chunks![chunkCount])
        }
        firstFree = 0
        end = 0
    }

    /// The slot of the token, if its connection is still there.
    @inline(__always)
    public func find(_ token: Token) -> Int? {
        let slot = token.slot
        return slot < end && self[slot].generation == token.generation ? slot : nil
    }

    public func isOccupied(_ slot: Int) -> Bool { slot < end && self[slot].generation & 1 == 1 }

    /// The token of an occupied slot.
    @inline(__always)
    public func token(_ slot: Int) -> Token { Token(slot: slot, generation: self[slot].generation) }

    /// The value in a slot below `end`.
    public subscript(slot: Int) -> Element {
        @inline(__always)
        _read {
            precondition(slot >= 0 && slot < end)
            // SAFETY: slots below `end` are in allocated chunks and initialized.
            yield unsafe chunks.unsafelyUnwrapped[slot >> Self.chunkBits][slot & (Self.chunkCapacity - 1)]
        }
        @inline(__always)
        _modify {
            precondition(slot >= 0 && slot < end)
            // SAFETY: as above.
            yield unsafe &chunks.unsafelyUnwrapped[slot >> Self.chunkBits][slot & (Self.chunkCapacity - 1)]
        }
    }

    /// False if there is no memory for it.
    private mutating func addChunk() -> Bool {
        if chunkCount == chunkRoom, !enlargeDirectory() { return false }
        // Aligned to a cache line, so that a slot of 32 or 64 bytes never lies across two.
        let byteCount = Self.chunkCapacity * MemoryLayout<Element>.stride
        guard let chunk = unsafe Memory.allocate(byteCount: byteCount, alignment: 64) else { return false }
        // SAFETY: memory for this many plain values: a slot is written before it is read.
        unsafe (chunks! + chunkCount).initialize(to: chunk.bindMemory(to: Element.self, capacity: Self.chunkCapacity))
        chunkCount += 1
        return true
    }

    private mutating func enlargeDirectory() -> Bool {
        let room = max(8, 2 * chunkRoom)
        // SAFETY: `chunkCount` entries are initialized.
        guard let larger = unsafe Memory.enlarge(chunks, count: chunkCount, to: room) else { return false }
        unsafe chunks = larger
        chunkRoom = room
        return true
    }
}

extension SlotTable: Sendable where Element: Sendable {}
