// Looks through a read for a goodbye, and puts its ASCII letters into upper case on the way.
internal import CASCII

/// One pass over a read: where the answered part ends, whether with a goodbye, and how many texts it has.
///
/// `tchau` is a goodbye only in lower case, so a line that may be one is examined before it is changed: `CASCII`
/// stops at each line that begins like one. Nearly all lines do not, and their bytes are loaded once.
struct TextPass {
    /// The state of the current line.
    private(set) var line: GoodbyeLine
    /// The end of the part to answer; what follows a goodbye is dropped.
    private(set) var end = 0
    private(set) var isGoodbye = false
    private(set) var texts = 0
    /// The answered part has only ASCII, and so is already in upper case.
    private(set) var isASCII = true

    init(line: GoodbyeLine) { self.line = line }

    /// Passes over the bytes from `begin` to `end`, all of them whole characters or bytes that are not UTF-8.
    ///
    /// - Parameter isWholeMessage: no byte is held before or after the read, so that it can be a goodbye of the
    ///   second kind, a message without a newline.
    mutating func run(_ space: AnswerSpace, from begin: Int, to end: Int, isWholeMessage: Bool) {
        self.end = end
        guard end > begin else { return }
        let isNewLine = line == .empty
        // A message can be a goodbye even if its line, which began before it, is not.
        let isMessage = isWholeMessage && !isNewLine && saysGoodbye(space, from: begin, to: end)
        var pass = cascii_pass()
        var start = begin
        var position = begin
        repeat {
            position = walkLine(space, from: start, to: end)
            // Unless the line is an ordinary one, there is a newline at `position`.
            if line == .goodbye, position < end {
                isGoodbye = true
                self.end = position + 1
            }
            pass.from = start + 1 - begin
            start = begin + Self.upperCase(space, from: begin, count: self.end - begin, &pass)
            if start < self.end { line = .empty }
        } while start < self.end
        isASCII = !pass.beyond
        texts = pass.newlines
        // SAFETY: a byte was read before `self.end`.
        guard unsafe space.base.load(fromByteOffset: self.end - 1, as: UInt8.self) != Newline.byte else {
            line = .empty
            return
        }
        // After an examined line there are only ordinary or blank lines.
        if position < end { line = .ordinary }
        if isWholeMessage, texts == 0, isNewLine ? line == .goodbye : isMessage { isGoodbye = true }
        texts += 1
    }

    /// Puts ASCII letters into upper case up to the next line that has to be examined, and returns its position.
    @inline(__always)
    private static func upperCase(_ space: AnswerSpace, from begin: Int, count: Int, _ pass: inout cascii_pass) -> Int {
        // SAFETY: the `count` bytes from `begin` on are within the space.
        unsafe cascii_upper_case((space.base + begin).assumingMemoryBound(to: UInt8.self), count, &pass)
    }

    /// Whether the bytes are a goodbye as a message, provided that no newline is among them.
    @inline(__always)
    private func saysGoodbye(_ space: AnswerSpace, from begin: Int, to end: Int) -> Bool {
        var message = TextPass(line: .empty)
        return message.walkLine(space, from: begin, to: end) == end && message.line == .goodbye
    }

    /// Advances `line` over bytes of a line, until it is ordinary or the line ends, and returns the position: of the first unexamined byte,
    /// of the newline, or `end`.
    @inline(__always)
    private mutating func walkLine(_ space: AnswerSpace, from begin: Int, to end: Int) -> Int {
        var position = begin
        while position < end, line != .ordinary {
            // SAFETY: `position` is below `end`, within the read.
            let byte = unsafe space.base.load(fromByteOffset: position, as: UInt8.self)
            if byte > 0x20, byte < 0x80 {
                // Neither white space nor a newline: the beginning of nearly every line.
                line = line.after(byte)
                position += 1
                continue
            }
            if byte == Newline.byte { return position }
            let blank = WhiteSpace.length(in: space, at: position, end: end)
            line = blank > 0 ? line.afterWhiteSpace : line.after(byte)
            position += max(blank, 1)
        }
        return position
    }
}

/// The byte that ends a line.
enum Newline {
    static let byte = UInt8(ascii: "\n")
}
