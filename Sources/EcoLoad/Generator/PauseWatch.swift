// Notices when the thread did not run although it should: the process was stopped or starved, or one of its own turns took long.

/// Tracks the time between and within the turns of a loop. What fell into a pause is the generator's own fault. All times are in
/// nanoseconds, moments of the monotonic clock.
struct PauseWatch {
    /// A shorter absence is no pause.
    static let leastNanoseconds: Int64 = 100_000_000
    /// One step of a turn takes microseconds; if it takes longer than this, the thread did not run.
    private static let longStepNanoseconds: Int64 = 1_000_000

    private var isInTurn = false
    private var turnBegin: Int64 = 0
    /// When the turn was last seen running, and how much of it was noted as pauses.
    private var lastStep: Int64 = 0
    private var notedInTurn: Int64 = 0
    /// When the loop began to sleep, and when it was to run again at the latest.
    private var sleepBegin: Int64 = 0
    private var wakeAt = Int64.max
    /// How late the current turn began, including a pause that was not taken yet.
    private var oversleep: Int64 = 0

    /// When the last pause ended, and for how long nothing had been read by then.
    private(set) var lastEnd = Int64.min
    private(set) var lastAbsence: Int64 = 0
    /// All pauses since this was last set to 0.
    var total: Int64 = 0

    /// The current turn's first event has not come yet.
    var isBetweenTurns: Bool { !isInTurn }

    /// A turn begins; returns whether a pause has ended with it.
    mutating func turnBegins(at now: Int64) -> Bool {
        isInTurn = true
        (turnBegin, lastStep, notedInTurn) = (now, now, 0)
        let late = wakeAt == .max ? 0 : max(0, now - wakeAt)
        // A signal ends the sleep without events, and so does SIGCONT: answers that came meanwhile are read in a later turn.
        oversleep = late + (oversleep >= Self.leastNanoseconds ? oversleep : 0)
        return noteIfPause(late, until: now, since: sleepBegin)
    }

    /// A turn goes on; returns for how long it stood still, if that was longer than a step takes.
    @inline(__always)
    mutating func step(at now: Int64) -> Int64 {
        let gap = now - lastStep
        lastStep = now
        return gap < Self.longStepNanoseconds ? 0 : longStep(gap, now)
    }

    @inline(never)
    private mutating func longStep(_ gap: Int64, _ now: Int64) -> Int64 {
        if noteIfPause(gap, until: now, since: now - gap) { notedInTurn += gap }
        return gap
    }

    /// A turn ends, and the loop sleeps until this moment at the latest; returns whether the turn took so long that it was a pause.
    mutating func turnEnds(at now: Int64, wakingAt next: Int64) -> Bool {
        isInTurn = false
        (sleepBegin, wakeAt) = (now, max(now, next))
        _ = noteIfPause(now - turnBegin - notedInTurn, until: now, since: turnBegin)
        return now - turnBegin >= Self.leastNanoseconds
    }

    /// How much the generator has overslept, now or in a pause that was not taken yet; a second call returns 0.
    mutating func takeOversleep() -> Int64 {
        defer { oversleep = 0 }
        return oversleep
    }

    private mutating func noteIfPause(_ length: Int64, until now: Int64, since begin: Int64) -> Bool {
        guard length >= Self.leastNanoseconds else { return false }
        (lastEnd, lastAbsence) = (now, now - begin)
        total += length
        return true
    }
}
