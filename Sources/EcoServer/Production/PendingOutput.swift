// Answers that the kernel has not taken yet.
internal import LinuxIO
internal import Reactor

/// The buffers of the clients that have not taken their answers; other clients have none.
///
/// Each buffer is exactly as long as what was left of one read's answer, and is freed when the client has taken it.
@safe
struct PendingOutput: ~Copyable {
    // Not private: otherwise Swift 6.3.1 fails to compile code that destroys a server in another module, as tests do.
    @safe
    struct Entry: Slot {
        var generation: UInt32 = 0
        /// Not a deadline: the table's list of free entries.
        var deadlineTick: UInt32 = 0
        /// When the answers began to pend, or when the client's time started again; later by what the client had earned before.
        var since: UInt32 = 0
        /// How much of earlier answers the peer had not acknowledged at that time, minus what was taken until then.
        var unacknowledged = 0
        var count: UInt32 = 0
        var taken: UInt32 = 0
        /// The slot of the client.
        var slot: UInt32 = 0
        var bytes: UnsafeMutableRawPointer?

        /// How much the peer has acknowledged since then, if this much is unacknowledged now.
        func acknowledged(_ unacknowledged: Int) -> Int { self.unacknowledged + Int(taken) - unacknowledged }
    }

    private var entries = SlotTable<Entry>()

    /// The memory that the buffers occupy.
    private(set) var totalBytes = 0
    /// How many clients have pending answers.
    var count: Int { entries.count }

    deinit {
        for number in 0..<entries.end where entries.isOccupied(number) {
            unsafe Memory.deallocate(entries[number].bytes!)
        }
    }

    /// Allocates memory for the entries of the first clients; their answers need more. False if there is none.
    mutating func reserveFirst() -> Bool { entries.reserveFirst() }

    /// Keeps a copy of bytes for a client, and returns their number; nil if there is no memory for them.
    ///
    /// - Parameter unacknowledged: how much of earlier answers the peer has not acknowledged now.
    mutating func insert(_ bytes: UnsafeRawBufferPointer, slot: Int, tick: UInt32, unacknowledged: Int) -> Int? {
        precondition(bytes.count > 0)
        guard let copy = unsafe Memory.allocate(byteCount: bytes.count) else { return nil }
        guard let number = entries.insert() else {
            unsafe Memory.deallocate(copy)
            return nil
        }
        // SAFETY: room for as many bytes; freed by `remove` or with the table, and only there.
        unsafe copy.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        totalBytes += bytes.count
        unsafe entries[number].bytes = copy
        entries[number].count = UInt32(bytes.count)
        entries[number].since = tick
        entries[number].unacknowledged = unacknowledged
        entries[number].slot = UInt32(slot)
        return number
    }

    /// The bytes that are left.
    func rest(_ number: Int) -> UnsafeRawBufferPointer {
        let entry = entries[number]
        // SAFETY: `taken` is at most `count`, the buffer's length.
        return unsafe UnsafeRawBufferPointer(
            start: entry.bytes! + Int(entry.taken), count: Int(entry.count - entry.taken))
    }

    /// Notes that the kernel took this many bytes. If that was all, they have to be removed.
    mutating func take(_ number: Int, _ count: Int) { entries[number].taken += UInt32(count) }

    /// Removes the bytes of a client.
    mutating func remove(_ number: Int) {
        totalBytes -= Int(entries[number].count)
        unsafe Memory.deallocate(entries[number].bytes!)
        entries.remove(number)
        // No client has pending answers: free the entries too.
        if entries.count == 0 { entries.forgetAll() }
    }

    /// The client's time starts again: the server was absent and did not see what it took.
    mutating func restart(_ number: Int, tick: UInt32, unacknowledged: Int) {
        entries[number].since = tick
        entries[number].unacknowledged = unacknowledged - Int(entries[number].taken)
    }

    /// The tick by which everything must be taken: the timeout after the answers began to pend, and one more second per KiB that the peer
    /// has acknowledged since. The room in the kernel's queue says nothing: it can hide a slow, steady reader for minutes.
    ///
    /// - Parameter unacknowledged: what the peer has not acknowledged now.
    func deadlineTick(_ number: Int, timeoutTicks: UInt32, unacknowledged: Int) -> UInt32 {
        let entry = entries[number]
        return entry.since + timeoutTicks + Progress.ticks(acknowledged: entry.acknowledged(unacknowledged))
    }

    /// The ticks beyond the timeout that a client keeps after it has taken all of these answers, for the next ones: those it had earned
    /// before, or those it has earned with these, whichever is more. Not the sum: a client that was fast for an hour may not be silent
    /// for an hour.
    ///
    /// - Parameter unacknowledged: what the peer has not acknowledged now.
    func credit(_ number: Int, tick: UInt32, unacknowledged: Int) -> UInt32 {
        let entry = entries[number]
        let earned = Int(Progress.ticks(acknowledged: entry.acknowledged(unacknowledged)))
        let left = Int(entry.since) - Int(tick)
        return UInt32(clamping: min(left + earned, max(left, earned)))
    }
}

extension PendingOutput {
    /// The clients that occupy the most memory, found one after the other.
    struct Worst {
        /// Clients with more bytes than this are among them, and clients with exactly this many as long as bytes have to be freed.
        fileprivate let bound: UInt32
        fileprivate var left: Int
        fileprivate var next = 0
    }

    /// The clients to give up so that this many bytes are freed: those that occupy the most memory. If there are many, a sixteenth of all
    /// bytes is freed in addition, because the search takes time and must not be repeated for each client.
    ///
    /// It uses no memory, which is short then: the bound is found by bisection, with one pass over all clients per bit.
    func worst(freeing bytes: Int) -> Worst {
        let wanted = min(totalBytes, bytes + (count > 64 ? totalBytes / 16 : 0))
        var (low, high) = (UInt32(0), UInt32(0))
        for number in 0..<entries.end where entries.isOccupied(number) { high = max(high, entries[number].count) }
        // The lowest bound above which fewer bytes are occupied than wanted.
        while low < high {
            let middle = low + (high - low) / 2
            if occupiedBytes(above: middle) < wanted { high = middle } else { low = middle + 1 }
        }
        return Worst(bound: low, left: wanted - occupiedBytes(above: low))
    }

    /// The next of them, or nil. The previous one may have been removed meanwhile.
    func next(_ worst: inout Worst) -> Int? {
        while worst.next < entries.end {
            let number = worst.next
            worst.next += 1
            guard entries.isOccupied(number) else { continue }
            let count = entries[number].count
            if count > worst.bound { return Int(entries[number].slot) }
            if count == worst.bound, worst.left > 0 {
                worst.left -= Int(count)
                return Int(entries[number].slot)
            }
        }
        return nil
    }

    private func occupiedBytes(above bound: UInt32) -> Int {
        var sum = 0
        for number in 0..<entries.end where entries.isOccupied(number) && entries[number].count > bound {
            sum += Int(entries[number].count)
        }
        return sum
    }
}
