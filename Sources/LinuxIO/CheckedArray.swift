// A list whose allocations can fail.

/// A growing list of plain values. When memory runs out, Swift's own array ends the process; this one reports it.
@safe
public struct CheckedArray<Element: BitwiseCopyable & Sendable>: ~Copyable, Sendable {
    // SAFETY: owned by this value alone, which is with one thread at a time.
    nonisolated(unsafe) private var base: UnsafeMutablePointer<Element>?
    /// The number of values that fit into its memory.
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

    /// Makes room for this many values in total. False if there is no memory for them; the list is then unchanged.
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

    /// Replaces the content by this many copies of a value. False if there is no memory for them; the list is then unchanged.
    public mutating func fill(_ count: Int, with element: Element) -> Bool {
        guard reserve(count) else { return false }
        // SAFETY: there is room for this many.
        if count > 0 { unsafe base!.initialize(repeating: element, count: count) }
        self.count = count
        return true
    }

    /// Removes a value; the last one takes its place.
    public mutating func remove(at index: Int) {
        self[index] = self[count - 1]
        count -= 1
    }

    /// Removes all values, and frees their memory unless it is to be kept for other values.
    public mutating func removeAll(keepingCapacity: Bool = false) {
        count = 0
        if keepingCapacity { return }
        if let base = unsafe base { unsafe Memory.deallocate(base) }
        unsafe base = nil
        capacity = 0
    }
}
