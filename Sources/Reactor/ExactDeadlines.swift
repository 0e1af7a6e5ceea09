// Few deadlines, accurate to the microsecond.
public import LinuxIO

/// A handful of deadlines, each with an id that its owner chooses. The search for the next takes time in proportion to their number.
public struct ExactDeadlines: Sendable {
    /// Room for this many exists from the start: setting a deadline needs no memory, because it also helps when memory runs out.
    private static let capacity = 16

    private var entries: [(id: Int, at: Instant)] = []
    /// The earliest deadline, stored because every turn of the loop asks for it.
    public private(set) var next: Instant?

    public init() { entries.reserveCapacity(Self.capacity) }

    /// Sets the deadline with this id, in place of an earlier one.
    public mutating func set(_ id: Int, at instant: Instant) {
        if let index = entries.firstIndex(where: { $0.id == id }) {
            entries[index].at = instant
        } else {
            entries.append((id, instant))
        }
        findNext()
    }

    public mutating func cancel(_ id: Int) {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
        entries.remove(at: index)
        findNext()
    }

    /// Removes the earliest deadline if it has come, and returns its id.
    public mutating func popExpired(_ now: Instant) -> Int? {
        guard let next, next <= now, let index = entries.firstIndex(where: { $0.at == next }) else { return nil }
        let id = entries.remove(at: index).id
        findNext()
        return id
    }

    private mutating func findNext() {
        next = nil
        for entry in entries where next.map({ entry.at < $0 }) ?? true { next = entry.at }
    }
}
