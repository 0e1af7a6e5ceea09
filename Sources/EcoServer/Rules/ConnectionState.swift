// The states of a connection.

/// The state of a connection.
enum ConnectionState: UInt8, CaseIterable, Sendable {
    /// The slot is free, or the connection has just been accepted.
    case fresh
    /// It is read from. Its deadline is the idle timeout, if there is one.
    case open
    /// It is not read from: the workers already hold as much as they may. No deadline.
    case stalled
    /// A batch of its texts is with a worker; it is not read from. No deadline.
    case working
    /// The kernel has not taken all of its answers; it is not read from. Its deadline is the write timeout.
    case writing
    /// All of its answers are sent, and its sending side is being ended. No deadline: that takes no time.
    case halfClosing
    /// The sending side has ended, and the peer has not acknowledged all of its answers; input is discarded. Its deadline is the next
    /// check of the send queue, and its patience is what is left of the write timeout.
    case delivering
    /// The peer has all of its answers; input is discarded until the client ends its side. Its deadline is the linger time.
    case lingering
    /// It is over.
    case closed
}
