// Batches that wait for something.

/// Batches in the order in which they were added. It owns them, and uses no memory of its own.
struct BatchList: ~Copyable, Sendable {
    private var first: Batch?
    private var last: Batch?
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    deinit {
        var next = first
        while let batch = next {
            next = batch.next
            batch.free()
        }
    }

    mutating func append(_ batch: Batch) {
        batch.next = nil
        if let last { last.next = batch } else { first = batch }
        last = batch
        count += 1
    }

    /// Takes over all batches of another list, after its own.
    mutating func append(all list: inout BatchList) {
        guard let head = list.first else { return }
        if let last { last.next = head } else { first = head }
        last = list.last
        count += list.count
        list.forget()
    }

    /// Removes the first, which the caller has to free or to pass on.
    mutating func popFirst() -> Batch? {
        guard let batch = first else { return nil }
        first = batch.next
        if first == nil { last = nil }
        count -= 1
        return batch
    }

    /// Removes all.
    mutating func takeAll() -> BatchList {
        var taken = BatchList()
        taken.append(all: &self)
        return taken
    }

    private mutating func forget() {
        first = nil
        last = nil
        count = 0
    }
}
