// The life of one connection, for any code that moves its bytes: its states, what may happen in each, and what follows. No I/O, no clock.

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

/// What has to be done next.
enum ConnectionStep: String, Equatable, Sendable {
    /// Only wait, for what the state waits for.
    case wait
    /// Read once, and answer.
    case read
    /// Send the pending answers, once.
    case flush
    /// Read once, and discard it.
    case discard
    /// Stop watching it.
    case park
    /// Look past an urgent mark; if there is none, answer what the session holds, which is the last answer.
    case finish
    /// End the sending side.
    case endSending
    case close
}

/// The life of one connection, in 6 bytes: a value without I/O.
struct ConnectionLife: Equatable, Sendable {
    /// Draining: the bytes still to be read. Delivering: the bytes not acknowledged. Lingering: the bytes discarded.
    private(set) var amount: UInt32 = 0
    private(set) var state = ConnectionState.fresh
    var flags = ConnectionFlags(rawValue: 0)

    /// Takes an event, and returns what to do next. Traps on events that cannot happen.
    ///
    /// - Parameter isServerLeaving: then the server also waits for the acknowledgements of a peer that has ended its side, since the
    ///   network may go away with the server.
    @inline(__always)
    mutating func take(_ event: ConnectionEvent, isServerLeaving: Bool = false) -> ConnectionStep {
        guard let step = move(event, isServerLeaving) else {
            preconditionFailure("a connection that is \(state) cannot be told \(event)")
        }
        return step
    }

    /// Nil for events that cannot happen.
    @inline(__always)
    mutating func move(_ event: ConnectionEvent, _ isServerLeaving: Bool) -> ConnectionStep? {
        switch (state, event) {
        // The path of a message.
        case (.open, .ready): return flags.lacks(.ending | .endOfStream) ? .read : .wait
        case (.open, .received(let count, let queued)):
            if flags.contains(.draining) { noteDrained(count, queued) }
            return .wait
        case (.open, .answered), (.working, .answered), (.writing, .answered), (.stalled, .answered):
            return answered(isServerLeaving)
        case (.writing, .ready): return .flush
        case (.open, .pends), (.working, .pends), (.writing, .pends), (.stalled, .pends), (.fresh, .pends):
            return become(.writing, .wait)

        // With workers.
        case (.open, .handedOver): return become(.working, .wait)
        case (.working, .ready): return .park
        case (.open, .overloaded): return become(.stalled, .park)
        case (.stalled, .resumed): return become(.open, .wait)
        // An event of the turn in which it was stalled.
        case (.stalled, .ready): return .wait

        // Beginning.
        case (.fresh, .greeted): return become(.open, .wait)
        case (.fresh, .refused):
            flags.insert(.refused | .ending)
            amount = 0
            return become(.lingering, .wait)

        // Ending.
        case (.open, .endOfStream):
            guard flags.lacks(.ending | .endOfStream) else { return nil }
            flags.insert(.endOfStream)
            return .finish
        case (.open, .nothingRead(let queued)):
            return flags.contains(.draining) && queued == 0 ? .finish : .wait
        case (.halfClosing, .sendingEnded(let owed)): return sendingEnded(owed)
        case (.halfClosing, .ready): return .wait
        case (.delivering, .acknowledged(let count)):
            amount -= min(amount, UInt32(clamping: count))
            return .wait
        case (.delivering, .delivered):
            if flags.contains(.endOfStream) { return become(.closed, .close) }
            amount = 0
            return become(.lingering, .wait)

        // Input after the sending side has ended.
        case (.delivering, .ready), (.lingering, .ready): return .discard
        case (.delivering, .received), (.delivering, .nothingRead), (.lingering, .nothingRead): return .wait
        case (.lingering, .received(let count, _)):
            amount += UInt32(clamping: count)
            return amount < Lingering.bytes ? .wait : become(.closed, .close)
        case (.delivering, .endOfStream):
            guard isServerLeaving else { return become(.closed, .close) }
            flags.insert(.endOfStream)
            return .park
        case (.lingering, .endOfStream): return become(.closed, .close)

        // The server leaves.
        case (.open, .serverLeaves(let queued)), (.stalled, .serverLeaves(let queued)):
            guard beginDraining(queued) else { return .wait }
            if queued == 0 { return .finish }
            return become(.open, .read)
        case (.working, .serverLeaves(let queued)), (.writing, .serverLeaves(let queued)):
            _ = beginDraining(queued)
            return .wait
        case (.halfClosing, .serverLeaves), (.delivering, .serverLeaves), (.lingering, .serverLeaves): return .wait
        case (.open, .passesUrgentMark), (.stalled, .passesUrgentMark), (.working, .passesUrgentMark),
            (.writing, .passesUrgentMark):
            guard flags.contains(.draining), flags.lacks(.pastUrgentMark | .ending | .endOfStream) else {
                return nil
            }
            flags.insert(.pastUrgentMark)
            return become(.open, .read)

        case (.closed, _): return nil
        // In every state it may be told to end, and it may break.
        case (_, .ends):
            flags.insert(.ending)
            return .wait
        case (_, .ceases): return become(.closed, .close)
        default: return nil
        }
    }

    private mutating func become(_ next: ConnectionState, _ step: ConnectionStep) -> ConnectionStep {
        state = next
        return step
    }

    /// Everything is answered: the next text is read, or the session is over.
    @inline(__always)
    private mutating func answered(_ isServerLeaving: Bool) -> ConnectionStep {
        if flags.lacks(.ending | .draining) { return become(.open, .wait) }
        if flags.contains(.ending) {
            // No input is left that could cause a reset: the kernel delivers the rest by itself.
            let isOver = flags.contains(.endOfStream) && !isServerLeaving
            return isOver ? become(.closed, .close) : become(.halfClosing, .endSending)
        }
        return amount == 0 ? .finish : become(.open, .wait)
    }

    private mutating func sendingEnded(_ owed: Int) -> ConnectionStep {
        if owed > 0 {
            amount = UInt32(clamping: owed)
            return become(.delivering, flags.contains(.endOfStream) ? .park : .wait)
        }
        if flags.contains(.endOfStream) { return become(.closed, .close) }
        amount = 0
        return become(.lingering, .wait)
    }

    /// Notes what is still to be read; false if it was noted before.
    private mutating func beginDraining(_ queued: Int) -> Bool {
        guard flags.lacks(.ending | .draining | .endOfStream) else { return false }
        flags.insert(.draining)
        amount = UInt32(clamping: queued)
        return true
    }

    private mutating func noteDrained(_ count: Int, _ queued: Int) {
        amount = amount > 0 ? amount - min(amount, UInt32(clamping: count)) : UInt32(clamping: queued)
    }
}
