// Deadlines to the microsecond, few of them.
public import LinuxIO

/// A handful of deadlines, each with a number of its owner's choice. Looking for the next takes time in proportion to them.
public struct ExactDeadlines: Sendable {
    private var entries: [(number: Int, at: Instant)] = []
    /// The earliest, kept at hand because every turn of the loop asks.
    public private(set) var next: Instant?

    public init() {}

    /// Sets the deadline with this number, in place of an earlier one.
    public mutating func set(_ number: Int, at instant: Instant) {
        entries.removeAll { $0.number == number }
        entries.append((number, instant))
        next = entries.map(\.at).min()
    }

    public mutating func cancel(_ number: Int) {
        entries.removeAll { $0.number == number }
        next = entries.map(\.at).min()
    }

    /// Takes out the earliest deadline if it has come.
    public mutating func popExpired(_ now: Instant) -> Int? {
        guard let next, next <= now, let index = entries.firstIndex(where: { $0.at == next }) else { return nil }
        let number = entries.remove(at: index).number
        self.next = entries.map(\.at).min()
        return number
    }
}
