// What may happen to a connection.

/// What happens to a connection; the code that does its I/O reports it.
enum ConnectionEvent: Equatable, Sendable {
    /// The kernel has taken its greeting.
    case greeted
    /// It was told why it is not served, and its sending side has ended.
    case refused
    /// There is input, or room for pending answers, whichever it waits for.
    case ready
    /// It could be read, but the workers have enough.
    case overloaded
    /// The workers have room again.
    case resumed
    /// This many bytes were read; they are answered at once, or discarded if the sending side has ended. `queued` bytes are still in the
    /// queue; that is asked only for a draining connection that has read all that was reported before.
    case received(Int, queued: Int = 0)
    /// What was read is with a worker.
    case handedOver
    /// A read found nothing, and this many bytes are in the queue.
    case nothingRead(queued: Int)
    /// The client has ended its side.
    case endOfStream
    /// The session's ending is decided; the next send is the last.
    case ends
    /// The kernel has taken all of its answers.
    case answered
    /// The kernel has not taken all of its answers.
    case pends
    /// The sending side has ended, and this many bytes are not acknowledged.
    case sendingEnded(owed: Int)
    /// The peer has acknowledged this many bytes of its answers, but not all.
    case acknowledged(Int)
    /// All of its answers are acknowledged.
    case delivered
    /// The server leaves, and this many bytes are in the queue.
    case serverLeaves(queued: Int)
    /// An urgent byte hid the rest of its queue; the next read skips that byte.
    case passesUrgentMark
    /// It is broken, its time is over, or it is cut off.
    case ceases
}
