// Open loop: how much of a message's delay is the generator's own fault.

/// Tracks when the generator looked at messages that came due, and for how long it kept them from clients that had room.
///
/// A message that comes due while the generator does not run (it was stopped, or had no processor) is late because of the generator. So
/// are the messages after it, which find the clients busy with the late ones, until no message waits any more. A message that waits
/// because no client has room waits for the server, however late the generator looks at it.
struct OwnDelay {
    /// The generator has looked at everything that was due by then.
    private var seenUntil = Int64.min
    /// For how long the generator has kept messages waiting, since none waited.
    private var debt: Int64 = 0

    /// The generator looks at the messages that have come due, the first of them at `due`.
    ///
    /// - Parameters:
    ///   - hasRoom: whether a client has room, and had it while the generator did not look.
    ///   - isFresh: whether no message was waiting before.
    mutating func looks(at now: Int64, due: Int64, hasRoom: Bool, isFresh: Bool) {
        if isFresh, due > seenUntil { debt = 0 }
        if hasRoom, due < now { debt += now - max(due, seenUntil) }
        seenUntil = max(seenUntil, now)
    }

    /// Notes that the generator did not run for this long, until now, while messages waited, or may have waited.
    mutating func noteAbsence(for delay: Int64, until now: Int64) {
        guard delay > 0 else { return }
        debt += delay
        seenUntil = max(seenUntil, now)
    }

    /// A client had room, and a message was sent this late nevertheless.
    mutating func sentLate(by delay: Int64) { debt = max(debt, delay) }

    /// The generator's part of a delay.
    func part(of delay: Int64) -> Int64 { min(delay, debt) }
}
