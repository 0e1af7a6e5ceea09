// The connection table: plain values in dense slots.

/// What a slot of the table has to have; the table manages both.
public protocol Slot: BitwiseCopyable {
    init()

    /// Odd while the slot is occupied, even while it is free.
    var generation: UInt32 { get set }

    /// The tick at which something is due, 0 if nothing is; the table keeps its list of free slots here.
    var deadlineTick: UInt32 { get set }
}

/// A table of plain values, found by slot and generation.
///
/// It grows by chunks that are touched only as far as they are used, and never moves a value. A slot costs the value's size
/// and nothing else. One thread at a time.
@safe
public struct SlotTable<Element: Slot>: ~Copyable {
    private static var chunkBits: Int { 10 }
    private static var chunkCapacity: Int { 1 << chunkBits }

    private var chunks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    private var chunkCount = 0
    private var chunkRoom = 8
    /// The most recently freed slot plus 1; 0 if none is free.
    private var firstFree: UInt32 = 0

    /// Slots below this were occupied at some time.
    public private(set) var end = 0
    /// How many slots are occupied.
    public private(set) var count = 0

    public init() { unsafe chunks = .allocate(capacity: 8) }

    deinit {
        for index in 0..<chunkCount { unsafe chunks[index].deallocate() }
        unsafe chunks.deallocate()
    }

    /// Occupies a slot with a fresh value and returns its number; the last slot freed comes first.
    public mutating func insert() -> Int {
        let slot: Int
        if firstFree != 0 {
            slot = Int(firstFree) - 1
            firstFree = self[slot].deadlineTick
        } else {
            slot = end
            if slot >> Self.chunkBits == chunkCount { addChunk() }
            end += 1
            // SAFETY: the chunk has just been allocated, or has room for this slot; it is written before it is read.
            unsafe (chunks[slot >> Self.chunkBits] + (slot & (Self.chunkCapacity - 1))).initialize(to: Element())
        }
        var element = Element()
        element.generation = self[slot].generation &+ 1
        self[slot] = element
        count += 1
        return slot
    }

    /// Frees an occupied slot: tokens of it find nothing from now on.
    public mutating func remove(_ slot: Int) {
        precondition(isOccupied(slot), "the slot is free already")
        self[slot].generation &+= 1
        self[slot].deadlineTick = firstFree
        firstFree = UInt32(slot + 1)
        count -= 1
    }

    /// The slot of the token, if what it names is still there.
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
            yield unsafe chunks[slot >> Self.chunkBits][slot & (Self.chunkCapacity - 1)]
        }
        @inline(__always)
        _modify {
            precondition(slot >= 0 && slot < end)
            // SAFETY: as above.
            yield unsafe &chunks[slot >> Self.chunkBits][slot & (Self.chunkCapacity - 1)]
        }
    }

    private mutating func addChunk() {
        if chunkCount == chunkRoom {
            let larger = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: 2 * chunkRoom)
            // SAFETY: `chunkCount` entries are initialized.
            unsafe larger.moveInitialize(from: chunks, count: chunkCount)
            unsafe chunks.deallocate()
            unsafe chunks = larger
            chunkRoom *= 2
        }
        // On a cache line of its own, so that a slot of 32 or 64 bytes never lies across two.
        let chunk = UnsafeMutableRawPointer.allocate(
            byteCount: Self.chunkCapacity * MemoryLayout<Element>.stride, alignment: 64)
        // SAFETY: memory for so many values, which are plain: a slot is written before it is read.
        unsafe (chunks + chunkCount).initialize(to: chunk.bindMemory(to: Element.self, capacity: Self.chunkCapacity))
        chunkCount += 1
    }
}
