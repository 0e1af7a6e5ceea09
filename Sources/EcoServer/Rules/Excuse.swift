// Whether a timeout starts again.

/// The excuse of a client whose time ended while the server was absent: its timeout starts again, once, until the client does something.
/// See `Docs/protocol.md`, "Time, and who is to blame".
///
/// Once: a client that was checked at its deadline, and again at the next one, has had its time, even if the server is so busy that it is
/// always absent.
struct Excuse: Equatable, Sendable {
    private(set) var isTaken = false

    init(isTaken: Bool = false) { self.isTaken = isTaken }

    /// The time has ended. Returns whether it starts again.
    ///
    /// - Parameter wasAbsent: the server was absent when it ended.
    mutating func take(wasAbsent: Bool) -> Bool {
        guard wasAbsent, !isTaken else { return false }
        isTaken = true
        return true
    }

    /// The client has done something that gives it more time.
    mutating func renew() { isTaken = false }
}
