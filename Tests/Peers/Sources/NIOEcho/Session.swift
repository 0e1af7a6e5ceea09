// What one client is answered: its text in upper case, and goodbye at `tchau`.

import NIOCore

/// One client's conversation, without any input or output: a read goes in, its answer comes out.
struct Session {
    /// The beginning of a UTF-8 sequence that the last read ended within, three bytes at most.
    private var held: [UInt8] = []
    private var line = GoodbyeLine()

    /// Answers one read, and says whether it has a goodbye.
    mutating func answer(_ read: ByteBuffer, into answer: inout ByteBuffer) -> Bool {
        answer.clear(minimumCapacity: read.readableBytes)
        if held.isEmpty, read.isASCII {
            let (count, isGoodbye) = scan(read.readableBytesView, isWholeMessage: true)
            answer.writeBytes(read.readableBytesView.prefix(count))
            answer.upperCaseASCII()
            return isGoodbye
        }
        var text = ByteBuffer(bytes: held)
        text.writeImmutableBuffer(read)
        let bytes = text.readableBytesView
        let whole = bytes.dropLast(bytes.cutSequenceCount)
        let hasHeld = !held.isEmpty || whole.count < bytes.count
        held = Array(bytes[whole.endIndex...])
        let (count, isGoodbye) = scan(whole, isWholeMessage: !hasHeld)
        answer.writeUpperCase(of: whole.prefix(count))
        return isGoodbye
    }

    /// What the client's end of stream is answered: held bytes can no longer become a character, and go back unchanged.
    mutating func finish() -> ByteBuffer {
        defer { held = [] }
        return ByteBuffer(bytes: held)
    }

    /// Looks for a goodbye, and says how many bytes are to be answered: those after a goodbye are not.
    private mutating func scan(_ bytes: ByteBufferView, isWholeMessage: Bool) -> (count: Int, isGoodbye: Bool) {
        var rest = bytes
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.advance(over: rest[..<newline])
            if line.isGoodbye { return (newline + 1 - bytes.startIndex, true) }
            line = GoodbyeLine()
            rest = rest[(newline + 1)...]
        }
        line.advance(over: rest)
        // Clients of the lesson send no newline: a whole read without one can be a goodbye too, whatever came before it.
        guard isWholeMessage, rest.startIndex == bytes.startIndex else { return (bytes.count, false) }
        var message = GoodbyeLine()
        message.advance(over: bytes)
        return (bytes.count, message.isGoodbye)
    }
}
