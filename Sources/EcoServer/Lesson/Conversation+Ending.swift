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
        while life.state == .lingering, !time.isOver, desk.phase != .over {
            let begin = Instant.now
            let interval = min(Self.lookInterval, time.left)
            _ = discard(within: interval)
            time.pass(.now - begin, expected: interval)
        }
    }

    /// Waits for the peer to acknowledge all of its answers, as long as it makes progress. Meanwhile it discards what the peer sends,
    /// without a bound: otherwise a client that writes before it reads would never get to its answers.
    private mutating func deliver(_ first: ConnectionStep) {
        let credit = Progress.credit(acknowledgedBefore: Socket.acknowledgedBytes(socket.number))
        var time = AttendedTime(desk.service.configuration.writeTimeout)
        time.earn(Progress.duration(credit))
        var step = first
        while life.state == .delivering, desk.phase != .over {
            if time.isOver { return desk.noteLoss() }
            let begin = Instant.now
            let interval = min(Self.lookInterval, time.left)
            // A client that has ended its side is not read from any more.
            step = step == .park ? sleep(for: interval) : discard(within: interval)
            guard life.state == .delivering else { return }
            let owed = Lingering.owed(socket.number)
            if owed == 0 {
                _ = life.take(.delivered)
            } else {
                let earned = Progress.earned(acknowledged: Int(life.amount) - owed)
                _ = life.take(.acknowledged(earned.bytes))
                time.earn(Progress.duration(earned.ticks))
                time.pass(.now - begin, expected: interval)
            }
        }
    }

    /// Waits for the next check of the send queue, after the client has ended its side: nothing reports a connection that breaks.
    private mutating func sleep(for interval: Duration) -> ConnectionStep {
        if Socket.connectionError(socket.number) != nil { return life.take(.ceases) }
        Thread.sleep(for: interval)
        return .park
    }

    /// Waits for bytes until the next check of the send queue, and discards them.
    private mutating func discard(within interval: Duration) -> ConnectionStep {
        guard Poll.isReadable(socket.number, timeout: interval) else { return .wait }
        switch unsafe Socket.receive(socket.number, into: memory.space.input) {
        case .bytes(let count): return life.take(.received(count))
        case .endOfStream: return life.take(.endOfStream, isServerLeaving: desk.phase != .serving)
        case .interrupted, .wouldBlock: return .wait
        case .failed: return life.take(.ceases)
        }
    }
}
