// Messages in flight: the planned moment of each, and the moment at which it was sent.

/// Queues of moments, one per client, in one pool: 24 bytes per message in flight, and none for a client without.
struct MessageQueue {
    /// A client's queue: the first and last entry plus 1, or 0.
    struct Ends: BitwiseCopyable {
        var first: UInt32 = 0
        var last: UInt32 = 0

        var isEmpty: Bool { first == 0 }
    }

    struct Moments: BitwiseCopyable {
        /// In nanoseconds of the monotonic clock.
        var planned: Int64
        var sent: Int64
    }

    private struct Entry: BitwiseCopyable {
        var moments: Moments
        /// The next one in the queue, or in the list of free ones, plus 1.
        var next: UInt32
    }

    private var entries: [Entry] = []
    private var firstFree: UInt32 = 0

    /// How many messages are in flight.
    private(set) var count = 0

    mutating func reserve(_ capacity: Int) { entries.reserveCapacity(capacity) }

    @inline(__always)
    mutating func append(_ moments: Moments, to queue: inout Ends) {
        let index: UInt32
        if firstFree != 0 {
            index = firstFree
            firstFree = entries[Int(index) - 1].next
            entries[Int(index) - 1] = Entry(moments: moments, next: 0)
        } else {
            entries.append(Entry(moments: moments, next: 0))
            index = UInt32(entries.count)
        }
        if queue.isEmpty { queue.first = index } else { entries[Int(queue.last) - 1].next = index }
        queue.last = index
        count += 1
    }

    /// Removes the oldest; the queue is not empty.
    @inline(__always)
    mutating func popFirst(_ queue: inout Ends) -> Moments {
        let index = queue.first
        let entry = entries[Int(index) - 1]
        queue.first = entry.next
        if entry.next == 0 { queue.last = 0 }
        entries[Int(index) - 1].next = firstFree
        firstFree = index
        count -= 1
        return entry.moments
    }

    func oldest(_ queue: Ends) -> Moments? { queue.isEmpty ? nil : entries[Int(queue.first) - 1].moments }
}
