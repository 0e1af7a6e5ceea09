// What happens between the last answer and the close.
internal import LinuxIO

/// How long, and for how much, a connection is kept after its last answer, so that no reset destroys what it is owed.
enum Lingering {
    /// A connection that has ended its sending side, and whose peer has all that it is owed, is closed within two seconds: the tick
    /// under way, and this.
    static let time = Duration.milliseconds(1900)
    /// The most that is read and dropped meanwhile.
    static let bytes = 1 << 20
    /// The most that is read of a client that is told something and closed without lingering: a reset would destroy the line.
    static let bytesOfTurnedAway = 256 << 10

    /// What a peer has not acknowledged of its answers, once the sending side has ended: the end counts as a byte.
    static func owed(_ descriptor: Int32) -> Int { max(0, Socket.unacknowledgedBytes(descriptor) - 1) }
}
