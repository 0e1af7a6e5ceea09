// How a conversation ends without losing its last bytes.
internal import EcoProtocol
internal import LinuxIO

extension Conversation {
    /// How often a thread checks its send queue: no event reports acknowledgements.
    private static let lookInterval = Duration.milliseconds(100)

    /// Ends a session all of whose answers are sent: ends the sending side and reads until the client ends its own, for a limited time.
    /// Closing with unread bytes would send a reset, which destroys answers that are still in flight.
    mutating func end(_ ending: Ending) -> Ending {
        _ = life.take(.ends)
        let step = life.take(.answered, isServerLeaving: desk.phase != .serving)
        guard step == .endSending, Socket.endSending(socket.number) else { return ending }
        deliver(life.take(.sendingEnded(owed: Lingering.owed(socket.number))))
        discardInput()
        return ending
    }

    /// Discards what a client that lingers sends, until it ends its side or the bounds are reached.
    mutating func discardInput() {
        var time = AttendedTime(Lingering.time)
        while life.state == .lingering, !time.isOver, desk.phase != .over { _ = discard(&time) }
    }

    /// Waits for the peer to acknowledge all of its answers, as long as it makes progress. Meanwhile it discards what the peer sends,
    /// without a bound: otherwise a client that writes before it reads would never get to its answers.
    private mutating func deliver(_ first: ConnectionStep) {
        var time = AttendedTime(desk.service.configuration.writeTimeout)
        let lump = Progress.lump(acknowledgedBefore: Socket.acknowledgedBytes(socket.number))
        time.earn(Progress.duration(acknowledged: lump))
        var step = first
        while life.state == .delivering, desk.phase != .over {
            if time.isOver { return desk.noteLoss() }
            // A client that has ended its side is not read from any more.
            if step == .park { sleep(&time) } else { step = discard(&time) }
            guard life.state == .delivering else { return }
            let owed = Lingering.owed(socket.number)
            if owed == 0 {
                _ = life.take(.delivered)
            } else {
                let acknowledged = Int(life.amount) - owed
                time.earn(Progress.duration(acknowledged: acknowledged))
                _ = life.take(.acknowledged(acknowledged))
            }
        }
    }

    /// Waits for the next check of the send queue, after the client has ended its side: nothing reports a connection that breaks.
    private mutating func sleep(_ time: inout AttendedTime) {
        if Socket.connectionError(socket.number) != nil {
            _ = life.take(.ceases)
            return
        }
        let begin = Instant.now
        Thread.sleep(for: Self.lookInterval)
        time.pass(since: begin, expected: Self.lookInterval)
    }

    /// Waits for bytes until the next check of the send queue, and discards them.
    private mutating func discard(_ time: inout AttendedTime) -> ConnectionStep {
        let begin = Instant.now
        let interval = min(Self.lookInterval, time.left)
        defer { time.pass(since: begin, expected: interval) }
        guard Poll.isReadable(socket.number, timeout: interval) else { return .wait }
        switch unsafe Socket.receive(socket.number, into: memory.space.input) {
        case .bytes(let count): return life.take(.received(count))
        case .endOfStream: return life.take(.endOfStream, isServerLeaving: desk.phase != .serving)
        case .interrupted, .wouldBlock: return .wait
        case .failed: return life.take(.ceases)
        }
    }
}
