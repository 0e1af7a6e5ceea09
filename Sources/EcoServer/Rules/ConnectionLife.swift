// The life of one connection, for any code that moves its bytes: what may happen in each of its states, and what follows. No I/O, no
// clock.

/// The life of one connection, in 6 bytes: a value without I/O.
struct ConnectionLife: Equatable, Sendable {
    /// Draining: the bytes still to be read. Delivering: the bytes not acknowledged. Lingering: the bytes discarded.
    private(set) var amount: UInt32 = 0
    private(set) var state = ConnectionState.fresh
    /// The flags of both the life and its driver.
    private var bits: UInt8 = 0

    private(set) var flags: ConnectionFlags {
        @inline(__always) get { ConnectionFlags(rawValue: bits & ConnectionFlags.bits) }
        @inline(__always) set { bits = bits & ~ConnectionFlags.bits | newValue.rawValue }
    }

    /// Its driver's own flags, which mean nothing here.
    var driverFlags: DriverFlags {
        @inline(__always) get { DriverFlags(rawValue: bits & ~ConnectionFlags.bits) }
        @inline(__always) set { bits = bits & ConnectionFlags.bits | newValue.rawValue }
    }

    // MARK: - What its driver asks

    /// The most that the next read may bring; nil if there is no such limit. What reached a draining connection too late is not answered.
    @inline(__always)
    var readLimit: Int? { flags.contains(.draining) && amount > 0 ? Int(amount) : nil }

    /// Whether the queue's length has to be told with the next read (`received(_:queued:)`): it goes past an urgent byte, which hid the
    /// rest of the queue until then.
    var asksForQueue: Bool { flags.contains(.draining) && amount == 0 }

    /// Whether an urgent byte may hide the rest of its queue: all of it that was reported has been read. The driver then asks the kernel
    /// (`passesUrgentMark`), once.
    var mayBeAtUrgentMark: Bool {
        flags.contains(.draining) && amount == 0 && flags.lacks(.pastUrgentMark | .ending | .endOfStream)
    }

    /// Whether it is to be told that the server leaves (`serverLeaves`).
    var mustHearOfLeaving: Bool { flags.lacks(.ending | .draining | .endOfStream) }

    /// How its session ends if nothing more is to be read (`finish`).
    var finalEnding: Ending { flags.contains(.endOfStream) ? .endOfStream : .drained }

    // MARK: - Events

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
            guard flags.contains(.draining), queued == 0 else { return .wait }
            amount = 0
            return .finish
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
        case (.open, .serverLeaves(let queued)):
            guard beginDraining(queued) else { return .wait }
            return queued == 0 ? .finish : .read
        case (.stalled, .serverLeaves(let queued)):
            // It is read when the workers have room again.
            return beginDraining(queued) && queued == 0 ? .finish : .wait
        case (.working, .serverLeaves(let queued)), (.writing, .serverLeaves(let queued)):
            _ = beginDraining(queued)
            return .wait
        case (.halfClosing, .serverLeaves), (.delivering, .serverLeaves), (.lingering, .serverLeaves): return .wait
        case (.open, .passesUrgentMark), (.stalled, .passesUrgentMark), (.working, .passesUrgentMark),
            (.writing, .passesUrgentMark):
            guard mayBeAtUrgentMark else { return nil }
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
        guard mustHearOfLeaving else { return false }
        flags.insert(.draining)
        amount = UInt32(clamping: queued)
        return true
    }

    private mutating func noteDrained(_ count: Int, _ queued: Int) {
        amount = amount > 0 ? amount - min(amount, UInt32(clamping: count)) : UInt32(clamping: queued)
    }
}
