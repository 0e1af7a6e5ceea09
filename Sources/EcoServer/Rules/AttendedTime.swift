// How long a client is waited for, if the server itself may be stopped meanwhile.
internal import Reactor

/// A client's time, which passes and is earned. If its end came while the server was absent, it starts again (`Excuse`).
///
/// Threads that block count in durations, event loops in ticks.
struct AttendedTime<Time: AdditiveArithmetic & Comparable> {
    private let whole: Time
    private(set) var left: Time
    private(set) var excuse: Excuse

    init(_ whole: Time) { self.init(whole, left: whole, Excuse()) }

    /// Goes on with a time that has begun.
    init(_ whole: Time, left: Time, _ excuse: Excuse) {
        self.whole = whole
        self.left = left
        self.excuse = excuse
    }

    var isOver: Bool { left <= .zero }

    /// The client has done something that gives it more time.
    mutating func earn(_ time: Time) {
        left += time
        if time > .zero { excuse.renew() }
    }

    /// Time has passed.
    ///
    /// - Parameter wasAbsent: the server was absent when it should have looked again.
    mutating func pass(_ time: Time, wasAbsent: Bool) {
        left -= time
        if left <= .zero, excuse.take(wasAbsent: wasAbsent) { left = whole }
    }
}

extension AttendedTime<Duration> {
    /// Time has passed in which the thread meant to sleep for `expected` at most.
    mutating func pass(_ duration: Duration, expected: Duration) {
        pass(duration, wasAbsent: duration > expected + Absence.tolerance)
    }
}
