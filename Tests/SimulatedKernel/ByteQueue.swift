// Bytes on their way from one end of a connection to the other.

/// A bounded first-in, first-out queue of bytes.
public struct ByteQueue {
    private var bytes: [UInt8] = []
    private var head = 0
    public var capacity: Int

    public init(capacity: Int) { self.capacity = capacity }

    public var count: Int { bytes.count - head }
    public var isEmpty: Bool { count == 0 }
    public var room: Int { max(0, capacity - count) }

    /// Puts as many of the bytes as there is room for behind the others, and says how many.
    public mutating func append(_ new: ArraySlice<UInt8>) -> Int {
        let taken = min(room, new.count)
        bytes.append(contentsOf: new.prefix(taken))
        return taken
    }

    /// Takes the first bytes, at most so many.
    public mutating func take(_ most: Int) -> ArraySlice<UInt8> {
        let taken = bytes[head..<head + min(most, count)]
        head += taken.count
        if head == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1 << 16 {
            bytes.removeSubrange(..<head)
            head = 0
        }
        return taken
    }

    public mutating func removeAll() {
        bytes = []
        head = 0
    }
}
