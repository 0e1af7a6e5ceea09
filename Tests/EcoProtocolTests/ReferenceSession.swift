// What a session must answer, written from Docs/protocol.md alone: slow, plain, and without a line of the product in it.

/// A session as sections 3 to 5 of the protocol have it, with arrays where the product has bits.
struct ReferenceSession {
    enum Verdict: Equatable {
        case goOn
        case goodbye
        case invalid
    }

    /// What one read, or the end of stream, comes to.
    struct Reply: Equatable {
        var bytes: [UInt8] = []
        var verdict = Verdict.goOn
        /// How many texts were answered; the protocol does not say how many when the verdict is `.invalid`.
        var texts = 0
        /// How many of the bytes answered are not UTF-8.
        var invalidBytes = 0
    }

    /// The client's own bytes, or a scalar of them.
    enum Piece: Equatable {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    static let newline = UInt8(ascii: "\n")
    static let notice = Array("Erro: texto não é UTF-8 válido.\n".utf8)

    /// Whether bytes that are not UTF-8 end the session.
    let closesOnInvalid: Bool

    /// The proper prefix of a well-formed sequence that the last read ended with.
    private var held: [UInt8] = []
    /// The line that was begun, as the client sent it, without what is held.
    private var line: [UInt8] = []
    /// The last byte sent; the greeting ended in a newline.
    private var lastSent = newline

    init(closesOnInvalid: Bool) {
        self.closesOnInvalid = closesOnInvalid
    }

    /// The replies to these reads, up to the one that ends the session, and the one to the end of stream if it comes.
    static func replies(to reads: [[UInt8]], endOfStream: Bool, closesOnInvalid: Bool) -> [Reply] {
        var session = ReferenceSession(closesOnInvalid: closesOnInvalid)
        var replies: [Reply] = []
        for read in reads {
            replies.append(session.receive(read))
            if replies.last?.verdict != .goOn { return replies }
        }
        if endOfStream { replies.append(session.finish()) }
        return replies
    }

    mutating func receive(_ read: [UInt8]) -> Reply {
        let heldBefore = held
        let received = held + read
        held = Self.cutSequence(atEndOf: received)
        let isMessage = heldBefore.isEmpty && held.isEmpty && !read.contains(Self.newline)

        var reply = Reply()
        for text in Self.texts(of: Array(received.dropLast(held.count))) {
            line += text
            reply.texts += 1
            for piece in Self.decode(text) {
                if case .invalid = piece {
                    if closesOnInvalid { return close(after: reply) }
                    reply.invalidBytes += 1
                }
                reply.bytes += Self.upperCase(of: piece)
            }
            if text.last == Self.newline {
                if Self.isGoodbye(Array(line.dropLast())) {
                    reply.verdict = .goodbye
                    return reply
                }
                line = []
            }
        }
        if isMessage && Self.isGoodbye(read) { reply.verdict = .goodbye }
        lastSent = reply.bytes.last ?? lastSent
        return reply
    }

    mutating func finish() -> Reply {
        if held.isEmpty { return Reply() }
        if closesOnInvalid { return close(after: Reply()) }
        return Reply(bytes: held, texts: 1, invalidBytes: held.count)
    }

    /// The notice on a line of its own.
    private func close(after reply: Reply) -> Reply {
        var reply = reply
        if (reply.bytes.last ?? lastSent) != Self.newline { reply.bytes.append(Self.newline) }
        reply.bytes += Self.notice
        reply.verdict = .invalid
        return reply
    }

    /// Cuts bytes into lines with their newline, and the unterminated rest if there is one.
    static func texts(of bytes: [UInt8]) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var text: [UInt8] = []
        for byte in bytes {
            text.append(byte)
            if byte == newline {
                texts.append(text)
                text = []
            }
        }
        if !text.isEmpty { texts.append(text) }
        return texts
    }

    /// Whether this is exactly `tchau` once white space is stripped from both ends.
    static func isGoodbye(_ bytes: [UInt8]) -> Bool {
        var pieces = decode(bytes)[...]
        while let first = pieces.first, isWhiteSpace(first) { pieces.removeFirst() }
        while let last = pieces.last, isWhiteSpace(last) { pieces.removeLast() }
        return pieces.elementsEqual(["t", "c", "h", "a", "u"].map(Piece.scalar))
    }

    static func isWhiteSpace(_ piece: Piece) -> Bool {
        guard case .scalar(let scalar) = piece else { return false }
        return scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }

    static func upperCase(of piece: Piece) -> [UInt8] {
        switch piece {
        case .scalar(let scalar): Array(scalar.properties.uppercaseMapping.utf8)
        case .invalid(let byte): [byte]
        }
    }
}
