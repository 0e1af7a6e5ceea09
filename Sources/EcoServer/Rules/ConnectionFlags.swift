// The flags of a connection's life, besides its state.

/// The flags of a connection's life. `ConnectionLife` alone changes them; its driver has `DriverFlags`.
struct ConnectionFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// The bits of these flags; the others of a byte are the driver's.
    static var bits: UInt8 { 0b0001_1111 }

    /// It was refused: it has no client number and does not count as a client.
    static let refused = Self(rawValue: 1)
    /// Its ending is decided and counted; the session ends when its pending answers are taken.
    static let ending = Self(rawValue: 2)
    /// The client has ended its side: nothing is left to read, and closing cannot destroy anything.
    static let endOfStream = Self(rawValue: 4)
    /// The server leaves: `amount` bytes are still to be read, then the session ends.
    static let draining = Self(rawValue: 8)
    /// While draining, the read passed an urgent byte; FIONREAD does not count what follows such a byte.
    static let pastUrgentMark = Self(rawValue: 16)

    /// Both. (A literal of several flags is an array on the heap, unless the optimiser sees through it.)
    @inline(__always)
    static func | (left: Self, right: Self) -> Self { Self(rawValue: left.rawValue | right.rawValue) }

    /// Whether none of these is set.
    @inline(__always)
    func lacks(_ others: Self) -> Bool { rawValue & others.rawValue == 0 }
}
