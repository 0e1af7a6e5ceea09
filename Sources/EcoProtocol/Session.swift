// What the server says to one client after the greeting: its texts in upper case, and goodbye at `tchau`.

/// One client's conversation: four bytes of state between reads, and a function that answers a read.
///
/// A session does no I/O, reads no clock, starts no thread and allocates nothing. It is a plain value: copy it to another
/// thread, answer a read there, and copy it back. `Docs/protocol.md`, sections 3 to 5, is its contract.
public struct Session: BitwiseCopyable, Sendable {
    /// The proper prefix of a UTF-8 sequence that the last read ended with, at most three bytes.
    var held: (UInt8, UInt8, UInt8) = (0, 0, 0)
    /// `heldCount` in the two low bits, the state of `line` in the three above.
    private var bits: UInt8 = 0

    public init() {}

    /// How many bytes of a cut UTF-8 sequence wait for their rest: 0 to 3.
    public internal(set) var heldCount: Int {
        get { Int(bits & 0b11) }
        set { bits = bits & ~0b11 | UInt8(truncatingIfNeeded: newValue) & 0b11 }
    }

    /// How much of a goodbye the current line has so far.
    var line: GoodbyeLine {
        get { GoodbyeLine(rawValue: bits >> 2 & 0b111) }
        set { bits = bits & 0b11 | newValue.rawValue << 2 }
    }

    /// Answers one read.
    ///
    /// - Parameters:
    ///   - space: its `input` holds the read at its beginning; the answer is somewhere in the same memory afterwards.
    ///   - count: the read's length in bytes, 1 to `space.readCapacity`.
    ///   - policy: what to do with bytes that are not UTF-8.
    /// - Returns: the place of the answer, whether the session goes on, and the counts.
    ///
    /// Never blocks. Any thread may call it, one at a time for each session and each space.
    public mutating func answer(in space: AnswerSpace, count: Int, invalidBytes policy: InvalidBytes = .keep) -> Answer
    {
        precondition(count > 0 && count <= space.readCapacity, "a read has 1 to readCapacity bytes")
        let begin = prependHeld(to: space)
        let end = AnswerSpace.inputOffset(readCapacity: space.readCapacity) + count
        let hadHeld = heldCount > 0
        let startsLine = line == .empty

        let tail = UTF8Sequence.cutLength(atEndOf: space, from: begin, to: end)
        var pass = TextPass(line: line)
        pass.run(space, from: begin, to: end - tail, isWholeMessage: !hadHeld && tail == 0)
        line = pass.line
        hold(pass.isGoodbye ? 0 : tail, of: space, endingAt: end)

        var answer = Answer(
            bytes: begin..<pass.end, verdict: pass.isGoodbye ? .goodbye : .goOn, texts: pass.texts, invalidBytes: 0)
        if !pass.isASCII { upperCaseBeyondASCII(&answer, in: space, policy: policy, startsLine: startsLine) }
        return answer
    }

    /// Answers the client's end of stream: held bytes can no longer become a character.
    ///
    /// The answer may be empty. Never blocks; otherwise like `answer(in:count:invalidBytes:)`.
    public mutating func finish(in space: AnswerSpace, invalidBytes policy: InvalidBytes = .keep) -> Answer {
        let begin = prependHeld(to: space)
        let count = heldCount
        let startsLine = line == .empty
        heldCount = 0
        var answer = Answer(bytes: begin..<begin + count, verdict: .goOn, texts: count > 0 ? 1 : 0, invalidBytes: 0)
        if count > 0 { upperCaseBeyondASCII(&answer, in: space, policy: policy, startsLine: startsLine) }
        return answer
    }

    /// Puts the characters beyond ASCII of an answer into upper case; its verdict becomes `invalid` if the policy says so.
    private func upperCaseBeyondASCII(
        _ answer: inout Answer, in space: AnswerSpace, policy: InvalidBytes, startsLine: Bool
    ) {
        var casing = UpperCasing(
            space: space, from: answer.bytes.lowerBound, to: answer.bytes.upperBound, policy: policy)
        casing.run()
        if casing.stoppedAtInvalid {
            casing.appendInvalidNotice(atLineStart: startsLine)
            answer.verdict = .invalid
        }
        answer.bytes = casing.output
        answer.invalidBytes = casing.invalidBytes
    }

    /// Puts the held bytes before the input and returns where they begin.
    private func prependHeld(to space: AnswerSpace) -> Int {
        let begin = AnswerSpace.inputOffset(readCapacity: space.readCapacity) - heldCount
        // SAFETY: `inputOffset` leaves more than three bytes before the input.
        if heldCount > 0 { unsafe space.base.storeBytes(of: held.0, toByteOffset: begin, as: UInt8.self) }
        if heldCount > 1 { unsafe space.base.storeBytes(of: held.1, toByteOffset: begin + 1, as: UInt8.self) }
        if heldCount > 2 { unsafe space.base.storeBytes(of: held.2, toByteOffset: begin + 2, as: UInt8.self) }
        return begin
    }

    /// Keeps the last `count` bytes before `end` for the next read.
    @inline(__always)
    private mutating func hold(_ count: Int, of space: AnswerSpace, endingAt end: Int) {
        heldCount = count
        guard count > 0 else { return }
        let first = end - count
        // SAFETY: the bytes from `first` to `end` were read.
        unsafe held.0 = space.base.load(fromByteOffset: first, as: UInt8.self)
        if count > 1 { unsafe held.1 = space.base.load(fromByteOffset: first + 1, as: UInt8.self) }
        if count > 2 { unsafe held.2 = space.base.load(fromByteOffset: first + 2, as: UInt8.self) }
    }
}
