// The greeting, as a client reads it.

/// The greeting, byte by byte: `Servidor de eco (cliente N).` and a newline. It takes no memory per client.
public enum Greeting {
    public enum Step: Equatable {
        case goOn(Int)
        case complete
        /// A line that says that the server is full.
        case refusal
        case wrong(expected: UInt8)
    }

    private static let head = bytes(ServerLine.greetingHead)
    private static let tail = bytes(ServerLine.greetingTail)
    /// Offsets from here on are digits; those from `tailOffset` on belong to the tail.
    private static let tailOffset = 64
    private static let mostDigits = 20

    /// What a byte means after this many bytes; offsets go on from `goOn`.
    public static func step(_ offset: Int, _ byte: UInt8) -> Step {
        if offset < head.count {
            if byte == head[offset] { return .goOn(offset + 1) }
            // `Servidor cheio...`, `Limite de...`.
            if offset == 0 && byte == UInt8(ascii: "L") || offset == 9 && byte == UInt8(ascii: "c") { return .refusal }
            return .wrong(expected: head[offset])
        }
        if offset < tailOffset {
            let digits = offset - head.count
            if (0x30...0x39).contains(byte), digits < mostDigits, digits > 0 || byte != 0x30 {
                return .goOn(offset + 1)
            }
            if digits > 0, byte == tail[0] { return .goOn(tailOffset + 1) }
            return .wrong(expected: digits > 0 ? tail[0] : UInt8(ascii: "1"))
        }
        let place = offset - tailOffset
        guard byte == tail[place] else { return .wrong(expected: tail[place]) }
        return place == tail.count - 1 ? .complete : .goOn(offset + 1)
    }

    private static func bytes(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { unsafe Array($0) } }
}
