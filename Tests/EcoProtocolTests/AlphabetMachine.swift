// A second reference, fast enough for exhaustive tests: takes a byte at a time, and knows the alphabet's bytes alone.

/// What a session must answer to bytes of the exhaustive tests' alphabet.
///
/// Nothing is recognised as it comes: a line and a message are written down, four bits per character, and looked at when they
/// end. Answers go one after the other to memory that the caller passes to each call; a copy of the machine may go on
/// from where it is, since it never touches what stands before its own `end`.
struct AlphabetMachine: BitwiseCopyable {
    private static let space: UInt128 = 1
    private static let other: UInt128 = 7
    private static let broken: UInt128 = 8
    private static let goodbye: UInt128 = 0x23456

    let closesOnInvalid: Bool

    /// The answer to the current read.
    private(set) var start = 0
    private(set) var end = 0
    private(set) var verdict = ReferenceSession.Verdict.goOn
    private(set) var texts = 0
    private(set) var invalidBytes = 0

    private var line: UInt128 = 0
    private var message: UInt128 = 0
    private var mayBeMessage = true
    private var textIsOpen = false
    private var lastSent = UInt8(ascii: "\n")
    /// The first byte of a character of two, whose second has not come.
    private var lead: UInt8 = 0

    init(closesOnInvalid: Bool) {
        self.closesOnInvalid = closesOnInvalid
    }

    /// Takes the next byte of the current read.
    mutating func take(_ byte: UInt8, to answers: UnsafeMutablePointer<UInt8>) {
        if verdict != .goOn { return }
        if lead != 0 {
            let first = lead
            lead = 0
            switch (first, byte) {
            case (0xC2, 0xA0): return unsafe echo(first, byte, as: Self.space, to: answers)
            case (0xC2, 0xA7): return unsafe echo(first, byte, as: Self.other, to: answers)
            case (0xC3, 0xA0): return unsafe echo(first, 0x80, as: Self.other, to: answers)
            case (0xC3, 0xA7): return unsafe echo(first, 0x87, as: Self.other, to: answers)
            default: unsafe breakOff(first, to: answers)
            }
            if verdict != .goOn { return }
        }
        switch byte {
        case UInt8(ascii: "t"): unsafe echo("T", as: 2, to: answers)
        case UInt8(ascii: "c"): unsafe echo("C", as: 3, to: answers)
        case UInt8(ascii: "h"): unsafe echo("H", as: 4, to: answers)
        case UInt8(ascii: "a"): unsafe echo("A", as: 5, to: answers)
        case UInt8(ascii: "u"): unsafe echo("U", as: 6, to: answers)
        case UInt8(ascii: "x"): unsafe echo("X", as: Self.other, to: answers)
        case UInt8(ascii: " "): unsafe echo(" ", as: Self.space, to: answers)
        case UInt8(ascii: "\r"): unsafe echo("\r", as: Self.space, to: answers)
        case UInt8(ascii: "\n"): unsafe endLine(to: answers)
        case 0xC2, 0xC3: lead = byte
        case 0xA0, 0xA7, 0xFF: unsafe breakOff(byte, to: answers)
        default: preconditionFailure("a byte that is not in the alphabet")
        }
    }

    /// Ends the current read: what is said of it now is what must have been answered.
    mutating func endRead() {
        if verdict != .goOn { return }
        if textIsOpen { texts += 1 }
        if mayBeMessage && lead == 0 && Self.isGoodbye(message) { verdict = .goodbye }
    }

    /// Begins a read after one that ended, if the session goes on.
    mutating func beginRead() {
        start = end
        texts = 0
        invalidBytes = 0
        message = 0
        mayBeMessage = lead == 0
        textIsOpen = false
    }

    /// The client's end of stream, as a read of its own.
    mutating func finish(to answers: UnsafeMutablePointer<UInt8>) {
        beginRead()
        if lead == 0 { return }
        let first = lead
        lead = 0
        unsafe breakOff(first, to: answers)
        texts = 1
    }

    private static func isGoodbye(_ written: UInt128) -> Bool {
        var written = written
        while written & 15 == space { written >>= 4 }
        return written == goodbye
    }

    private mutating func write(_ byte: UInt8, to answers: UnsafeMutablePointer<UInt8>) {
        // SAFETY: the caller's memory has room for all that its reads can be answered with.
        unsafe answers[end] = byte
        end += 1
        lastSent = byte
    }

    /// White space before the first other character is not written down.
    private mutating func note(_ character: UInt128) {
        textIsOpen = true
        if line != 0 || character != Self.space { line = line << 4 | character }
        if message != 0 || character != Self.space { message = message << 4 | character }
    }

    private mutating func echo(_ byte: Unicode.Scalar, as character: UInt128, to answers: UnsafeMutablePointer<UInt8>) {
        note(character)
        unsafe write(UInt8(ascii: byte), to: answers)
    }

    private mutating func echo(
        _ first: UInt8, _ second: UInt8, as character: UInt128, to answers: UnsafeMutablePointer<UInt8>
    ) {
        note(character)
        unsafe write(first, to: answers)
        unsafe write(second, to: answers)
    }

    private mutating func endLine(to answers: UnsafeMutablePointer<UInt8>) {
        unsafe write(UInt8(ascii: "\n"), to: answers)
        texts += 1
        textIsOpen = false
        mayBeMessage = false
        if Self.isGoodbye(line) { verdict = .goodbye }
        line = 0
    }

    private mutating func breakOff(_ byte: UInt8, to answers: UnsafeMutablePointer<UInt8>) {
        if closesOnInvalid {
            if lastSent != UInt8(ascii: "\n") { unsafe write(UInt8(ascii: "\n"), to: answers) }
            let notice: StaticString = "Erro: texto não é UTF-8 válido.\n"
            for index in 0..<notice.utf8CodeUnitCount {
                // SAFETY: the index is within the literal.
                unsafe write(notice.utf8Start[index], to: answers)
            }
            verdict = .invalid
            return
        }
        note(Self.broken)
        unsafe write(byte, to: answers)
        invalidBytes += 1
    }
}
