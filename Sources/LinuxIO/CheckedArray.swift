// A list that can be told that there is no memory for it.

/// A growing list of plain values. Where Swift's own array ends the process when memory runs out, this one says so.
@safe
public struct CheckedArray<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
    // SAFETY: owned by this value alone, which is with one thread at a time.
    nonisolated(unsafe) private var base: UnsafeMutablePointer<Element>?
    /// How many values there is memory for.
    public private(set) var capacity = 0
    public private(set) var count = 0

    /// An empty list, without memory.
    public init() { unsafe base = nil }

    deinit { if let base = unsafe base { unsafe Memory.deallocate(base) } }

    public var isEmpty: Bool { count == 0 }

    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count)
            // SAFETY: values below `count` are initialized.
            return unsafe base![index]
        }
        set {
            precondition(index >= 0 && index < count)
            // SAFETY: as above.
            unsafe base![index] = newValue
        }
    }

    /// Lends the values to the kernel.
    mutating func withUnsafeMutableBufferPointer<Result>(_ body: (UnsafeMutableBufferPointer<Element>) -> Result)
        -> Result
    {
        unsafe body(UnsafeMutableBufferPointer(start: base, count: count))
    }

    /// Makes room for so many values in all. False if there is no memory for them: the list is as it was.
    public mutating func reserve(_ minimum: Int) -> Bool {
        guard minimum > capacity else { return true }
        let larger = max(minimum, 2 * capacity, 16)
        // SAFETY: `count` values are initialized.
        guard let new = unsafe Memory.enlarge(base, count: count, to: larger) else { return false }
        unsafe base = new
        capacity = larger
        return true
    }

    /// Adds a value at the end. False if there is no memory for it.
    public mutating func append(_ element: Element) -> Bool {
        guard reserve(count + 1) else { return false }
        // SAFETY: there is room for one more.
        unsafe (base! + count).initialize(to: element)
        count += 1
        return true
    }

    /// Has so many times the same value, and nothing else. False if there is no memory for them: the list is as it was.
    public mutating func fill(_ count: Int, with element: Element) -> Bool {
        guard reserve(count) else { return false }
        // SAFETY: there is room for so many.
        if count > 0 { unsafe base!.initialize(repeating: element, count: count) }
        self.count = count
        return true
    }

    /// Takes a value out; the last one takes its place.
    public mutating func remove(at index: Int) {
        self[index] = self[count - 1]
        count -= 1
    }

    /// Forgets all values, and gives their memory back unless it is to be kept for others.
    public mutating func removeAll(keepingCapacity: Bool = false) {
        count = 0
        if keepingCapacity { return }
        if let base = unsafe base { unsafe Memory.deallocate(base) }
        unsafe base = nil
        capacity = 0
    }
}
