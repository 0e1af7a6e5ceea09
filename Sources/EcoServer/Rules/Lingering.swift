// What happens between the last answer and the close.
internal import LinuxIO

/// How long a connection is kept after its last answer, and how much is read meanwhile, so that no reset destroys the answers.
enum Lingering {
    /// A connection that has ended its sending side, and whose peer has all of its answers, is closed within two seconds: the current
    /// tick, and this time.
    static let time = Duration.milliseconds(1900)
    /// The maximum that is read and discarded meanwhile.
    static let bytes = 1 << 20
    /// The maximum that is read from a client that gets a line and does not linger: a reset would destroy the line.
    static let bytesOfTurnedAway = 256 << 10

    /// Reads some of the input of a client that got a line and cannot linger. Never blocks.
    static func discardUnread(_ fd: Int32, into memory: UnsafeMutableRawBufferPointer) {
        var dropped = 0
        while dropped < bytesOfTurnedAway, Socket.queuedBytes(fd) > 0,
            case .bytes(let count) = unsafe Socket.receive(fd, into: memory)
        { dropped += count }
    }

    /// The bytes of its answers that a peer has not acknowledged, once the sending side has ended: the FIN counts as a byte.
    static func owed(_ descriptor: Int32) -> Int { max(0, Socket.unacknowledgedBytes(descriptor) - 1) }
}
