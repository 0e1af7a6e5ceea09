// What is true of a connection besides its state.

/// What else is true of a connection.
struct ConnectionFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// It was refused: it has no client number and does not count as a client.
    static let refused = Self(rawValue: 1)
    /// How it ends is decided and counted; when its pending answers are gone, it does.
    static let ending = Self(rawValue: 2)
    /// The client has ended its side: nothing is left to be read, and closing cannot destroy anything.
    static let endOfStream = Self(rawValue: 4)
    /// The server is leaving: so many bytes as `amount` says are still to be read, then it ends.
    static let draining = Self(rawValue: 8)
    /// It is out of the poller: an event arrived while a worker had its texts, or nothing of it is waited for.
    static let parked = Self(rawValue: 16)
    /// The poller watches it for room to write, not for something to read.
    static let watchesWritable = Self(rawValue: 32)
    /// While it drained it was read past an urgent byte, which hides from FIONREAD what stands behind it.
    static let pastUrgentMark = Self(rawValue: 64)
    /// Its deadline came while the loop was away, and has begun anew: once, until it does something.
    static let excused = Self(rawValue: 128)

    /// Both. (A literal of several flags is an array on the heap, unless the optimiser sees through it.)
    @inline(__always)
    static func | (left: Self, right: Self) -> Self { Self(rawValue: left.rawValue | right.rawValue) }

    /// Whether none of these is true.
    @inline(__always)
    func lacks(_ others: Self) -> Bool { rawValue & others.rawValue == 0 }
}
