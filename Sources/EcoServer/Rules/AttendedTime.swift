// How long a thread that blocks waits for its client, when it may itself be stopped meanwhile.
internal import LinuxIO
internal import Reactor

/// A time that ends only while the thread is there to see it: if its end came while the process did not run, it begins anew,
/// once until the client does something.
struct AttendedTime {
    private let whole: Duration
    private(set) var left: Duration
    private var hasBegunAnew = false

    init(_ whole: Duration) {
        self.whole = whole
        left = whole
    }

    var isOver: Bool { left <= .zero }

    /// The client has done something that gives it more time.
    mutating func earn(_ duration: Duration) {
        left += duration
        if duration > .zero { hasBegunAnew = false }
    }

    /// Time has passed since a moment, of which the thread meant to sleep through so much at most.
    mutating func pass(since begin: Instant, expected: Duration) {
        pass(.now - begin, expected: expected)
    }

    /// As `pass(since:expected:)`, by the time that passed.
    mutating func pass(_ duration: Duration, expected: Duration) {
        left -= duration
        // As long as a tick late, the thread was away; see `Absence`.
        let isAway = duration > expected + .nanoseconds(CoarseTimers.tickNanoseconds)
        guard isAway, left <= .zero, !hasBegunAnew else { return }
        hasBegunAnew = true
        left = whole
    }
}
