// What happens between the last answer and the close.
internal import EcoProtocol
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

    // MARK: - Clients that are turned away

    /// Tells a client why it is not served, and ends the sending side. Never blocks: the send buffer of a new connection has room for a
    /// line.
    ///
    /// - Parameter memory: room for the line.
    /// - Returns: the bytes that were sent, and whether the connection may linger. If not, it is to be closed at once: it is broken, or the
    ///   kernel has no memory for the line, and no client is kept for that.
    static func tellAndEnd(
        _ fd: Int32, _ line: ServerLine, in memory: UnsafeMutableRawBufferPointer
    ) -> (sent: Int, mayLinger: Bool) {
        // SAFETY: every caller's memory is longer than any line.
        let count = unsafe line.write(to: memory.baseAddress!)
        let outcome = unsafe Socket.send(fd, UnsafeRawBufferPointer(rebasing: memory[..<count]), isLast: true)
        let mayLinger = Socket.endSending(fd) && outcome != .wouldBlock
        if case .bytes(let sent) = outcome { return (sent, mayLinger) }
        return (0, mayLinger)
    }

    /// As `tellAndEnd`, for a client that cannot linger: its connection is to be closed at once. Some of its input is read, because a reset
    /// would destroy the line; a client that goes on sending may lose it. Returns the bytes that were sent.
    static func turnAway(_ fd: Int32, _ line: ServerLine, in memory: UnsafeMutableRawBufferPointer) -> Int {
        let (sent, mayLinger) = unsafe tellAndEnd(fd, line, in: memory)
        if mayLinger { unsafe discardUnread(fd, into: memory) }
        return sent
    }

    /// Reads some of the input of a client that got a line and cannot linger. Never blocks. It reads until nothing is left, instead of
    /// asking how much there is: FIONREAD stops at an urgent byte.
    static func discardUnread(_ fd: Int32, into memory: UnsafeMutableRawBufferPointer) {
        var dropped = 0
        while dropped < bytesOfTurnedAway, case .bytes(let count) = unsafe Socket.receiveNow(fd, into: memory) {
            dropped += count
        }
    }

    // MARK: - Answers on their way

    /// The bytes of its answers that a peer has not acknowledged, once the sending side has ended: the FIN counts as a byte.
    static func owed(_ descriptor: Int32) -> Int { max(0, Socket.unacknowledgedBytes(descriptor) - 1) }
}
