// Open loop: messages that came due while no client had room.

/// A count, not a queue: a copy of the schedule, which follows the first waiting message, gives their moments again. Any number of them
/// needs no memory.
struct Backlog {
    /// The moment of the first waiting message; meaningless if none waits.
    private var schedule: Schedule?
    private(set) var count = 0
    /// How many of them came due in the measured window.
    private(set) var inWindow = 0

    var isEmpty: Bool { count == 0 }

    /// Adds this many waiting messages, from the schedule's next moment on.
    mutating func add(_ number: Int = 1, inWindow ofWindow: Int, from schedule: Schedule) {
        guard number > 0 else { return }
        if count == 0 { self.schedule = schedule }
        count += number
        inWindow += ofWindow
    }

    /// Removes the one that has waited longest, and returns when it came due; nil if none waits.
    mutating func popFirst(_ window: Range<Int64>) -> Int64? {
        guard count > 0, let planned = schedule?.next else { return nil }
        count -= 1
        if inWindow > 0, window.contains(planned) { inWindow -= 1 }
        schedule?.advance()
        return planned
    }

    /// The window begins now: all waiting messages came due before.
    mutating func windowBegins() { inWindow = 0 }

    mutating func removeAll() { (count, inWindow, schedule) = (0, 0, nil) }
}
