// Times in which a loop did not look at what happened.
public import LinuxIO

/// A time of more than a tick in which a loop was not there: its process was stopped, its machine suspended or busy with
/// others, or its own turn took that long.
///
/// Nobody else is to blame for what did not happen in it. A deadline that fell into it begins anew; see `Docs/protocol.md`,
/// "Time, and who is to blame".
public struct Absence: Equatable, Sendable {
    public let from: Instant
    public let to: Instant

    public init(from: Instant, to: Instant) {
        self.from = from
        self.to = to
    }

    /// Whether a deadline came while the loop was away.
    public func covers(_ deadline: Instant) -> Bool { deadline >= from && deadline <= to }
}
