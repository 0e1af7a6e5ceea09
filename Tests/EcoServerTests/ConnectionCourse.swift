// A connection's life and its past, for the exhaustive tests.
@testable import EcoServer

/// The life of a connection, with all of its past that the invariants ask about. What a driver may report next follows from both: so to go
/// through all courses, and all that may follow each, is to go through every sequence of events, of any length.
struct ConnectionCourse: Hashable {
    /// What the driver has to do before it waits again.
    enum Due {
        case nothing
        /// It has read, and has to answer.
        case answer
        /// It was told to finish.
        case finish
        /// The ending is decided, and the last answer has to be sent.
        case lastAnswer
    }

    var life = ConnectionLife()
    var due = Due.nothing
    /// How much of the queue that was reported is still to be read; nil as long as the server does not leave.
    var unread: Int?
    var hasPassedMark = false
    /// How often the driver was told to finish.
    var finishes = 0
    /// The bytes that the peer has not acknowledged; nil before the sending side has ended.
    var owed: Int?
    /// The bytes that were discarded while it lingered.
    var discarded = 0
    /// Whether its sending side has ended, or is about to.
    var hasEndedSending = false

    private var hasClientEnded: Bool { life.flags.contains(.endOfStream) }
    private var hasEnding: Bool { life.flags.contains(.ending) }

    // Not made by the compiler, because a life need not be hashable.
    func hash(into hasher: inout Hasher) {
        hasher.combine(life.state)
        hasher.combine(life.flags.rawValue)
        hasher.combine(life.amount)
        hasher.combine(due)
        hasher.combine(unread)
        hasher.combine(owed)
        hasher.combine(discarded)
    }
}

// MARK: - What may happen

extension ConnectionCourse {
    /// All that may happen, with numbers that make a difference.
    static let events: [(name: String, event: ConnectionEvent)] = [
        ("greeted", .greeted), ("refused", .refused), ("ready", .ready), ("overloaded", .overloaded),
        ("resumed", .resumed), ("received", .received(1)), ("received", .received(2)),
        ("received", .received(2, queued: 1)), ("received", .received(1 << 19)), ("handedOver", .handedOver),
        ("nothingRead", .nothingRead(queued: 0)), ("nothingRead", .nothingRead(queued: 1)),
        ("endOfStream", .endOfStream), ("ends", .ends), ("answered", .answered), ("pends", .pends),
        ("sendingEnded", .sendingEnded(owed: 0)), ("sendingEnded", .sendingEnded(owed: 3)),
        ("acknowledged", .acknowledged(0)), ("acknowledged", .acknowledged(2)), ("delivered", .delivered),
        ("serverLeaves", .serverLeaves(queued: 0)), ("serverLeaves", .serverLeaves(queued: 2)),
        ("passesUrgentMark", .passesUrgentMark), ("ceases", .ceases),
    ]

    /// Whether a driver may report this: its own steps, the kernel and the peer allow it.
    func mayHappen(_ event: ConnectionEvent) -> Bool {
        let state = life.state
        let isTalking = [.open, .stalled, .working, .writing].contains(state)
        switch event {
        case .greeted, .refused: return state == .fresh && due == .nothing
        case .ready: return state == .working || (due == .nothing && ![.fresh, .closed].contains(state))
        case .overloaded: return state == .open && due == .nothing
        case .resumed: return state == .stalled && due == .nothing
        case .received(let count, let queued): return mayBeRead && isPossible(count, queued)
        case .nothingRead: return mayBeRead
        case .endOfStream: return mayBeRead
        case .handedOver: return state == .open && due == .answer
        case .ends: return !hasEnding && (isTalking || state == .fresh)
        case .answered:
            return due == .answer || (due == .lastAnswer && isTalking) || (due == .nothing && state == .writing)
        case .pends: return due == .answer || (due == .lastAnswer && isTalking) || (due == .nothing && state == .fresh)
        case .sendingEnded: return state == .halfClosing
        case .acknowledged(let count): return state == .delivering && count < owed!
        case .delivered: return state == .delivering
        case .serverLeaves:
            return isTalking && (due == .nothing || state == .working) && unread == nil && !hasEnding
        case .passesUrgentMark: return due == .finish && !hasPassedMark && !hasClientEnded
        case .ceases: return state != .closed
        }
    }

    /// Whether the driver reads now: it answers, or it discards.
    private var mayBeRead: Bool {
        switch life.state {
        case .open: due == .nothing && unread.map { $0 > 0 || hasPassedMark } ?? true
        case .delivering, .lingering: !hasClientEnded
        default: false
        }
    }

    /// Whether a read may bring this much, and leave so much in the queue. That is told only after a read that went past an urgent byte.
    private func isPossible(_ count: Int, _ queued: Int) -> Bool {
        switch life.state {
        case .open:
            guard let unread else { return queued == 0 }
            return unread == 0 || (count <= unread && queued == 0)
        // Only the bound on what is discarded tells numbers apart there, and there would be a million small ones.
        case .lingering: return count == 1 << 19
        default: return queued == 0
        }
    }

    /// Takes an event that may happen, and returns what is to be done; nil if the life does not take it.
    ///
    /// - Parameter isServerLeaving: as the driver tells the life.
    mutating func take(_ event: ConnectionEvent, isServerLeaving: Bool) -> ConnectionStep? {
        let before = life.state
        guard let step = life.move(event, isServerLeaving) else { return nil }
        switch event {
        case .received(let count, let queued): noteRead(count, queued, before)
        case .nothingRead(let queued): if before == .open, unread != nil, queued == 0 { unread = 0 }
        case .ends: due = .lastAnswer
        case .answered, .pends: due = .nothing
        case .serverLeaves(let queued): unread = queued
        case .passesUrgentMark:
            hasPassedMark = true
            due = .nothing
        case .sendingEnded(let owed): self.owed = owed
        case .acknowledged(let count): owed! -= count
        case .delivered: owed = 0
        case .refused: hasEndedSending = true
        default: break
        }
        if step == .endSending { hasEndedSending = true }
        if step == .finish {
            due = .finish
            finishes += 1
        }
        if life.state == .closed { due = .nothing }
        return step
    }

    private mutating func noteRead(_ count: Int, _ queued: Int, _ state: ConnectionState) {
        switch state {
        case .open:
            due = .answer
            if let unread { self.unread = unread > 0 ? unread - count : queued }
        // No life lingers longer: not even a wrong one makes courses without end.
        case .lingering: discarded = min(discarded + count, 1 << 22)
        default: break
        }
    }
}
