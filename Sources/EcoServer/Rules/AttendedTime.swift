// How long a blocked thread waits for its client, if the thread itself may be stopped meanwhile.
internal import LinuxIO
internal import Reactor

/// A time that ends only while the thread runs: if its end came while the process did not run, it starts again. That is allowed once,
/// until the client does something.
struct AttendedTime {
    private let whole: Duration
    private(set) var left: Duration
    private var hasStartedAgain = false

    init(_ whole: Duration) {
        self.whole = whole
        left = whole
    }

    var isOver: Bool { left <= .zero }

    /// The client has done something that gives it more time.
    mutating func earn(_ duration: Duration) {
        left += duration
        if duration > .zero { hasStartedAgain = false }
    }

    /// Time has passed since `begin`; the thread meant to sleep for `expected` at most.
    mutating func pass(since begin: Instant, expected: Duration) {
        pass(.now - begin, expected: expected)
    }

    /// As `pass(since:expected:)`, with the time that has passed.
    mutating func pass(_ duration: Duration, expected: Duration) {
        left -= duration
        let wasAbsent = duration > expected + Absence.tolerance
        guard wasAbsent, left <= .zero, !hasStartedAgain else { return }
        hasStartedAgain = true
        left = whole
    }
}
