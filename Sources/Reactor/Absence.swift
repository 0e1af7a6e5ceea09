// Times in which a loop did not run.
public import LinuxIO

/// A time of more than a tick in which a loop was absent: its process was stopped, its machine suspended or busy with other processes, or
/// its own turn took that long.
///
/// No client is to blame for what did not happen meanwhile. A timeout whose deadline fell into it starts again; see `Docs/protocol.md`,
/// "Time, and who is to blame".
public struct Absence: Equatable, Sendable {
    public let from: Instant
    public let to: Instant

    /// Being late by no more than this is no absence: a tick.
    public static var tolerance: Duration { .nanoseconds(CoarseTimers.tickNanoseconds) }

    /// Nil if the time is too short to count.
    public init?(from: Instant, to: Instant) {
        guard to - from > Self.tolerance else { return nil }
        self.from = from
        self.to = to
    }

    /// Whether a deadline came while the loop was absent.
    public func covers(_ deadline: Instant) -> Bool { deadline >= from && deadline <= to }
}
