// What a referee knows of one connection.
#if DEBUG
    import SimulatedKernel

    /// The books of one connection: what it is owed, what it got, and since when it waits for what.
    final class Ledger {
        enum Kind: Equatable {
            /// Nothing was sent yet.
            case unknown
            case session(UInt64)
            case refused
        }

        let connection: SimulatedConnection
        var kind = Kind.unknown
        var model: EchoModel
        /// The client number's or the refusal's bytes that the server's kernel took.
        var sent = 0
        /// The last time at which something was read, or the last answer given away.
        var lastActivity: Int64
        /// Since when the rest of an answer waits for room, how long that was, and how much of it was taken.
        var pendingSince: Int64?
        var pendingBytes = 0
        /// What the client's kernel had acknowledged when they began to pend.
        var deliveredAtPending = 0
        /// When the server ended its sending side, and what the client's kernel had acknowledged by then.
        var endedAt: Int64?
        var deliveredAtEnd = 0
        /// When its lingering began, after that: when it had acknowledged all that it is owed.
        var lingersSince: Int64?
        /// What was read and dropped after that.
        var dropped = 0
        var sawEnd = false
        var isBroken = false
        var isUnwatched = false
        var toldIdle = false
        /// accept4 had failed for want of a descriptor just before.
        var isByReserve = false
        /// A refusal's line was not taken whole.
        var isCutShort = false
        /// Reads must come to here before the server may leave: what waited when it asked.
        var mustRead: Int?
        /// Why the client may not get everything, if there is a good reason.
        var excuse: String?

        init(_ connection: SimulatedConnection, model: EchoModel, now: Int64) {
            self.connection = connection
            self.model = model
            lastActivity = now
        }

        var isSession: Bool { if case .session = kind { true } else { false } }
        /// All that was read is answered and given to the kernel.
        var isAnswered: Bool { sent == model.expected.count }
        /// Read from, as far as the protocol goes.
        var isTalking: Bool { isSession && endedAt == nil && model.end == nil && !toldIdle && !sawEnd && !isBroken }
    }
#endif
