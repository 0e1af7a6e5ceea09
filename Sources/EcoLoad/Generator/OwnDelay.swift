// Open loop: how much of a message's delay is the generator's own doing.

/// Follows when messages that came due were looked at, and for how long the generator kept them from clients that had room.
///
/// A message that comes due while the generator does not run (it was stopped, or found no processor) is late by the generator's
/// doing; and so are those behind it, which find the clients busy with the ones that were late, until nothing waits any more. A
/// message that waits because no client has room is the server's matter, however late the generator looks at it.
struct OwnDelay {
    /// Everything that was due by then has been looked at.
    private var seenUntil = Int64.min
    /// For how long, since nothing waited, messages were kept waiting by the generator.
    private var debt: Int64 = 0

    /// The generator looks at what has come due, the first of it at `due`.
    ///
    /// - Parameters:
    ///   - hasRoom: whether a client has room, and had it while nobody looked.
    ///   - isFresh: whether nothing waits from before.
    mutating func looks(at now: Int64, due: Int64, hasRoom: Bool, isFresh: Bool) {
        if isFresh, due > seenUntil { debt = 0 }
        if hasRoom, due < now { debt += now - max(due, seenUntil) }
        seenUntil = max(seenUntil, now)
    }

    /// The generator did not run for so long, until now, while messages waited, or may have.
    mutating func wasAbsent(for delay: Int64, until now: Int64) {
        guard delay > 0 else { return }
        debt += delay
        seenUntil = max(seenUntil, now)
    }

    /// A client had room, and a message was sent so late all the same.
    mutating func sentLate(by delay: Int64) { debt = max(debt, delay) }

    /// Of a delay, how much is the generator's.
    func part(of delay: Int64) -> Int64 { min(delay, debt) }
}
