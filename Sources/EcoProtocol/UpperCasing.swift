// Turns a read into upper case, in place if possible.

/// One pass over the answered part of a read: Unicode's full default upper case mapping, scalar by scalar.
///
/// ASCII is changed in place. Text whose upper case is no longer than itself stays in place too; once an answer would
/// overtake the input, it moves to the front of the space and is completed there.
@safe struct UpperCasing {
    private let base: UnsafeMutableRawPointer
    private let end: Int
    private let policy: InvalidBytes

    /// The place of the answer.
    private(set) var output: Range<Int>
    private(set) var invalidBytes = 0
    /// The policy is to close, and the answer ends before the first byte that was not UTF-8.
    private(set) var stoppedAtInvalid = false

    init(space: AnswerSpace, from begin: Int, to end: Int, policy: InvalidBytes) {
        unsafe base = space.base
        self.end = end
        self.policy = policy
        output = begin..<end
    }

    /// Handles the bytes beyond ASCII; ASCII is already in upper case.
    mutating func run() {
        let table = unsafe UpperCaseTable.shared
        var read = output.lowerBound
        var begin = read
        var write = read
        // SAFETY: `read` and what it is advanced by stay below `end`; `write` never passes `read`, or is in front of the
        // input, where `AnswerSpace` has room for all that it can grow to.
        while read < end {
            let next = unsafe ASCII.end(base, from: read, to: end)
            if write != read { unsafe (base + write).copyMemory(from: base + read, byteCount: next - read) }
            write += next - read
            read = next
            guard read < end else { break }
            if let pair = unsafe table.pair(base, at: read, end: end) {
                unsafe base.storeBytes(of: pair, toByteOffset: write, as: UInt16.self)
                write += 2
                read += 2
                continue
            }
            let mapping: UpperCaseTable.Mapping
            let length: Int
            switch unsafe UTF8Sequence.decode(base, at: read, end: end) {
            case .scalar(let value, let count):
                length = count
                mapping = unsafe table.mapping(of: value) ?? .unchanged(base, at: read, count: count)
            case .invalid(let count):
                if policy == .close {
                    stoppedAtInvalid = true
                    output = begin..<write
                    return
                }
                invalidBytes += count
                length = count
                mapping = unsafe .unchanged(base, at: read, count: count)
            }
            if write <= read, write + mapping.count > read + length, begin != 0 {
                unsafe base.copyMemory(from: base + begin, byteCount: write - begin)
                write -= begin
                begin = 0
            }
            unsafe mapping.store(to: base + write)
            write += mapping.count
            read += length
        }
        output = begin..<write
    }

    /// Ends the answer with the notice that the text was not UTF-8, on a line of its own.
    mutating func appendInvalidNotice(atLineStart: Bool) {
        var write = output.upperBound
        // SAFETY: after the input `AnswerSpace` has room for the notice, and nothing there is still needed.
        let isLineStart =
            output.isEmpty
            ? atLineStart : unsafe base.load(fromByteOffset: write - 1, as: UInt8.self) == Newline.byte
        if !isLineStart {
            unsafe base.storeBytes(of: Newline.byte, toByteOffset: write, as: UInt8.self)
            write += 1
        }
        write += unsafe ServerLine.invalidText.write(to: base + write)
        output = output.lowerBound..<write
    }
}

/// Skips ASCII, many bytes at a time.
enum ASCII {
    /// The position of the next byte beyond ASCII, or `end`.
    @inline(__always)
    static func end(_ base: UnsafeMutableRawPointer, from begin: Int, to end: Int) -> Int {
        var position = begin
        // SAFETY: what is loaded ends at or before `end`.
        while position + 8 <= end {
            let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let beyond = word & 0x8080_8080_8080_8080
            if beyond != 0 { return position + beyond.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, unsafe base.load(fromByteOffset: position, as: UInt8.self) < 0x80 { position += 1 }
        return position
    }
}
