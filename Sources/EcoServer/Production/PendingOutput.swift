// Answers that the kernel has not taken yet.

/// The buffers of those clients that have not taken their answers; the others have none.
///
/// Each buffer is exactly as long as what was left of one read's answer, and is freed when the client has taken it.
@safe
struct PendingOutput: ~Copyable {
    @safe
    private struct Entry {
        var bytes: UnsafeMutableRawBufferPointer
        var taken = 0
        /// When the answers began to pend, or the time of the client began anew.
        var since: UInt32
        /// What the peer had not acknowledged then of what it was sent before, less what was taken until then.
        var unacknowledged: Int
        /// The slot whose they are.
        let slot: Int
    }

    private var entries: [Entry?] = []
    private var free: [Int] = []

    /// The memory that the buffers occupy.
    private(set) var totalBytes = 0
    /// How many clients have pending answers.
    var count: Int { entries.count - free.count }

    deinit {
        for case let entry? in entries { unsafe entry.bytes.deallocate() }
    }

    /// Keeps a copy of bytes that a client is owed, and returns their number.
    ///
    /// - Parameter unacknowledged: what the peer has not acknowledged now of what it was sent before.
    mutating func insert(_ bytes: UnsafeRawBufferPointer, slot: Int, tick: UInt32, unacknowledged: Int) -> Int {
        precondition(bytes.count > 0)
        // SAFETY: freed by `remove` or with the table, and only there.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        unsafe copy.copyMemory(from: bytes)
        totalBytes += bytes.count
        let entry = unsafe Entry(bytes: copy, since: tick, unacknowledged: unacknowledged, slot: slot)
        if let number = free.popLast() {
            entries[number] = entry
            return number
        }
        entries.append(entry)
        return entries.count - 1
    }

    /// The bytes still owed, at least one.
    func rest(_ number: Int) -> UnsafeRawBufferPointer {
        let entry = entries[number]!
        return unsafe UnsafeRawBufferPointer(rebasing: entry.bytes[entry.taken...])
    }

    /// Notes that the client's kernel took so many bytes; says whether that was all, and frees them then.
    mutating func take(_ number: Int, _ count: Int) -> Bool {
        entries[number]!.taken += count
        guard unsafe entries[number]!.taken == entries[number]!.bytes.count else { return false }
        remove(number)
        return true
    }

    /// Forgets what a client is owed.
    mutating func remove(_ number: Int) {
        let entry = entries[number]!
        totalBytes -= unsafe entry.bytes.count
        unsafe entry.bytes.deallocate()
        entries[number] = nil
        free.append(number)
        if free.count == entries.count {
            // Nobody is owed anything: give the lists back too.
            entries = []
            free = []
        }
    }

    /// The client's time begins anew: nobody was there to see what it took.
    mutating func beginAnew(_ number: Int, tick: UInt32, unacknowledged: Int) {
        entries[number]!.since = tick
        entries[number]!.unacknowledged = unacknowledged - entries[number]!.taken
    }

    /// The tick by which all must be taken: the timeout after they began to pend, and a second more for each KiB that the peer
    /// has acknowledged since. What the kernel's queue had room for says nothing: it can hide a slow, steady reader for minutes.
    ///
    /// - Parameter unacknowledged: what the peer has not acknowledged now.
    func deadlineTick(_ number: Int, timeoutTicks: UInt32, unacknowledged: Int) -> UInt32 {
        let entry = entries[number]!
        let acknowledged = entry.unacknowledged + entry.taken - unacknowledged
        return entry.since + timeoutTicks + Progress.ticks(acknowledged: acknowledged)
    }

    /// The slots that occupy the most memory, the worst first, as many as free so many bytes. Where there are many, a
    /// sixteenth of all is freed besides: looking for them takes time, and is not to be needed again for each client.
    func worstSlots(freeing bytes: Int) -> [Int] {
        let sizes = entries.compactMap { entry in entry.map { (slot: $0.slot, count: unsafe $0.bytes.count) } }
        var left = bytes + (sizes.count > 64 ? totalBytes / 16 : 0)
        return sizes.sorted { $0.count > $1.count }.prefix { entry in
            defer { left -= entry.count }
            return left > 0
        }.map(\.slot)
    }
}
