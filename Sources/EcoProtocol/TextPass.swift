// Looks through a read for a goodbye, before anything in it is changed.

/// One pass over a read: where the answered part ends, whether with a goodbye, and how many texts it has.
struct GoodbyeScan {
    /// The state of the line that is under way.
    var line: GoodbyeLine
    /// What is to be answered ends here; what stands behind a goodbye is dropped.
    var end = 0
    var isGoodbye = false
    var texts = 0

    init(line: GoodbyeLine) { self.line = line }

    /// Scans the bytes from `begin` to `end`, all of them whole characters or bytes that are not UTF-8.
    ///
    /// - Parameter isWholeMessage: no byte of the read is held, before it or after it, so that it can be a goodbye of the
    ///   second kind, a message without a newline.
    mutating func read(_ space: AnswerSpace, from begin: Int, to end: Int, isWholeMessage: Bool) {
        self.end = end
        let lineAtStart = line
        var position = begin
        while position < end {
            position = walkLine(space, from: position, to: end)
            guard position < end else { break }
            // A newline stands at `position`.
            position += 1
            texts += 1
            if line == .goodbye { return finish(at: position) }
            line = .empty
        }
        let isUnterminated = line != .empty && end > begin
        if texts == 0, isWholeMessage, isUnterminated {
            var message = GoodbyeScan(line: .empty)
            if lineAtStart == .empty { message.line = line } else { _ = message.walkLine(space, from: begin, to: end) }
            if message.line == .goodbye { isGoodbye = true }
        }
        if isUnterminated { texts += 1 }
    }

    private mutating func finish(at position: Int) {
        end = position
        isGoodbye = true
    }

    /// Advances `line` over the bytes up to the next newline, and returns its position, or `end`.
    private mutating func walkLine(_ space: AnswerSpace, from begin: Int, to end: Int) -> Int {
        var position = begin
        while position < end {
            if line == .ordinary { return Newline.next(in: space, from: position, to: end) }
            // SAFETY: `position` is below `end`, within the read.
            let byte = unsafe space.base.load(fromByteOffset: position, as: UInt8.self)
            if byte > 0x20, byte < 0x80 {
                // Neither white space nor a newline: what nearly every line begins with.
                line = line.after(byte)
                position += 1
                continue
            }
            if byte == Newline.byte { return position }
            let blank = WhiteSpace.length(in: space, at: position, end: end)
            line = blank > 0 ? line.afterWhiteSpace : line.after(byte)
            position += max(blank, 1)
        }
        return end
    }
}

/// Finds newlines.
enum Newline {
    static let byte = UInt8(ascii: "\n")

    /// The position of the next newline, or `end`.
    ///
    /// Words of eight bytes for the short lines that people type; blocks of 128, which the compiler turns into vector
    /// instructions, for long ones.
    static func next(in space: AnswerSpace, from begin: Int, to end: Int) -> Int {
        let base = unsafe space.base
        var position = begin
        let wordsEnd = min(end, begin + 128)
        while position + 16 <= wordsEnd {
            let first = unsafe newlines(base + position)
            let second = unsafe newlines(base + position + 8)
            if first | second != 0 {
                return first != 0
                    ? position + first.trailingZeroBitCount / 8 : position + 8 + second.trailingZeroBitCount / 8
            }
            position += 16
        }
        while position + 128 <= end, unsafe !blockHasNewline(base + position) { position += 128 }
        while position + 8 <= end {
            let found = unsafe newlines(base + position)
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end {
            // SAFETY: `position` is below `end`.
            if unsafe base.load(fromByteOffset: position, as: UInt8.self) == byte { return position }
            position += 1
        }
        return end
    }

    /// A high bit for each newline among eight bytes; exact up to and including the first.
    @inline(__always)
    private static func newlines(_ bytes: UnsafeMutableRawPointer) -> UInt64 {
        // SAFETY: the caller has eight bytes.
        let word = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) ^ 0x0A0A_0A0A_0A0A_0A0A
        return (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private static func blockHasNewline(_ block: UnsafeMutableRawPointer) -> Bool {
        var least = UInt8.max
        for offset in 0..<128 {
            // SAFETY: the caller has 128 bytes at `block`.
            least = min(least, unsafe block.load(fromByteOffset: offset, as: UInt8.self) ^ byte)
        }
        return least == 0
    }
}
