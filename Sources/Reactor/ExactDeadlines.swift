// Few deadlines, accurate to the microsecond.
public import LinuxIO

/// A handful of deadlines, each with a number that its owner chooses. The search for the next takes time in proportion to their number.
public struct ExactDeadlines: Sendable {
    /// Room for this many exists from the start: setting a deadline needs no memory, because it also helps when memory runs out.
    private static let capacity = 16

    private var entries: [(number: Int, at: Instant)] = []
    /// The earliest deadline, stored because every turn of the loop asks for it.
    public private(set) var next: Instant?

    public init() { entries.reserveCapacity(Self.capacity) }

    /// Sets the deadline with this number, in place of an earlier one.
    public mutating func set(_ number: Int, at instant: Instant) {
        if let index = entries.firstIndex(where: { $0.number == number }) {
            entries[index].at = instant
        } else {
            entries.append((number, instant))
        }
        findNext()
    }

    public mutating func cancel(_ number: Int) {
        guard let index = entries.firstIndex(where: { $0.number == number }) else { return }
        entries.remove(at: index)
        findNext()
    }

    /// Removes the earliest deadline if it has come.
    public mutating func popExpired(_ now: Instant) -> Int? {
        guard let next, next <= now, let index = entries.firstIndex(where: { $0.at == next }) else { return nil }
        let number = entries.remove(at: index).number
        findNext()
        return number
    }

    private mutating func findNext() {
        next = nil
        for entry in entries where next.map({ entry.at < $0 }) ?? true { next = entry.at }
    }
}
