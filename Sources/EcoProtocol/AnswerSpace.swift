// The memory in which a read is answered.

/// A view of memory that has room for one read and for its answer, which may be three times as long.
///
/// The read goes to `input`. Text whose upper case is no longer than itself is answered in place; the rest moves to
/// the front, where there is room. The caller owns the memory, and while a session answers it must keep the memory
/// alive and use it for nothing else.
@safe public struct AnswerSpace {
    /// The memory's first byte.
    public let base: UnsafeMutableRawPointer
    /// How many bytes a read may bring.
    public let readCapacity: Int

    /// The front must hold the growth of an answer before the input is consumed: twice the read, and three times the three bytes that may
    /// have been held before it. 64 also keeps the input of a large space on its own cache line.
    private static let frontSlack = 64
    /// Room after the input for the notice that a text was not UTF-8.
    private static let tailSlack = 48

    /// Views `byteCount(readCapacity:)` bytes at `base`.
    @unsafe public init(base: UnsafeMutableRawPointer, readCapacity: Int) {
        unsafe self.base = base
        self.readCapacity = readCapacity
    }

    /// How many bytes a space for reads of this length takes.
    public static func byteCount(readCapacity: Int) -> Int { 3 * readCapacity + frontSlack + tailSlack }

    /// Where the input begins.
    static func inputOffset(readCapacity: Int) -> Int { 2 * readCapacity + frontSlack }

    /// Where a read goes: `readCapacity` bytes.
    public var input: UnsafeMutableRawBufferPointer {
        // SAFETY: the initializer's contract.
        unsafe UnsafeMutableRawBufferPointer(
            start: base + Self.inputOffset(readCapacity: readCapacity), count: readCapacity)
    }

    /// The bytes at these offsets.
    public subscript(range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= Self.byteCount(readCapacity: readCapacity))
        // SAFETY: within the memory, as just checked.
        return unsafe UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
