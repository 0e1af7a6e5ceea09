// Notices when the thread did not run though it was to: the process was stopped or starved, or one turn of its own took long.

/// Keeps the time between and within the turns of a loop. Whatever fell into a pause is nobody else's fault.
struct PauseWatch {
    /// A shorter absence, in nanoseconds, is no pause.
    static let leastNanoseconds: Int64 = 100_000_000

    private var isInTurn = false
    private var turnBegin: Int64 = 0
    /// When the loop was to run again at the latest.
    private var wakeAt = Int64.max

    /// The present turn's first event has still to come.
    var isBetweenTurns: Bool { !isInTurn }

    /// A turn begins; says whether a pause has ended with it. Moments are in nanoseconds of the monotonic clock.
    mutating func turnBegins(at now: Int64) -> Bool {
        isInTurn = true
        turnBegin = now
        return wakeAt != .max && now - wakeAt >= Self.leastNanoseconds
    }

    /// A turn ends, and the loop sleeps until this moment at the latest; says whether the turn itself was a pause.
    mutating func turnEnds(at now: Int64, wakingAt next: Int64) -> Bool {
        isInTurn = false
        wakeAt = max(now, next)
        return now - turnBegin >= Self.leastNanoseconds
    }
}
