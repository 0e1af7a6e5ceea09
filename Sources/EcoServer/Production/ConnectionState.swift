// The states of a connection, and the ways from one to another.

/// Where a connection is in its life.
enum ConnectionState: UInt8 {
    /// The slot is free, or the connection has just been accepted.
    case fresh
    /// It is read from. Its deadline is the idle timeout, if there is one.
    case open
    /// A batch of its texts is with a worker; it is not read from. No deadline.
    case working
    /// The kernel has not taken all of its answers; it is not read from. Its deadline is the write timeout.
    case writing
    /// The sending side has ended, and the peer has not acknowledged all that it is owed; what comes is dropped. Its deadline
    /// is the next look at the send queue, and its patience what is left of the write timeout.
    case delivering
    /// The peer has all that it is owed; what comes is dropped until the client ends its side. Its deadline is the linger time.
    case lingering

    /// Whether a connection may go from this state to that one. From every state it may be closed.
    func mayBecome(_ next: Self) -> Bool {
        switch (self, next) {
        case (.fresh, .open), (.fresh, .writing), (.fresh, .lingering): true
        case (.open, .working), (.open, .writing), (.open, .delivering), (.open, .lingering): true
        case (.working, .open), (.working, .writing), (.working, .delivering), (.working, .lingering): true
        case (.writing, .open), (.writing, .delivering), (.writing, .lingering): true
        case (.delivering, .lingering): true
        default: false
        }
    }
}

/// What else is true of a connection.
struct ConnectionFlags: OptionSet {
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
}
