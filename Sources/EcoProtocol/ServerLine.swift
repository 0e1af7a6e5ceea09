// The lines that the server sends unasked.

/// What the server sends besides answers; each line ends in a newline.
public enum ServerLine: Equatable, Sendable {
    /// The first line of a session. N counts the clients accepted and not refused, from 1.
    case greeting(client: UInt64)
    /// The server is full: at most this many clients.
    case full(limit: Int)
    /// The limit on clients of this address is reached.
    case fullForAddress(limit: Int)
    /// Nothing was received for this many seconds.
    case idle(seconds: Int)
    /// The policy is to close, and the text was not UTF-8.
    case invalidText

    /// The greeting before its number, and after it.
    static var greetingHead: StaticString { "Servidor de eco (cliente " }
    static var greetingTail: StaticString { ").\n" }

    /// Whether a line says that the server is full, whatever the limit is.
    public static func isRefusal(_ line: String) -> Bool {
        line.hasPrefix("Servidor cheio: limite de ") || line.hasPrefix("Limite de ")
    }

    /// The length of the longest line, in bytes.
    public static let longest = 72

    /// Writes the line's bytes to memory with room for `longest`, and returns their number. Allocates nothing.
    public func write(to memory: UnsafeMutableRawPointer) -> Int {
        // SAFETY: the caller's contract; the texts have at most 46 bytes, a number 20.
        switch self {
        case .greeting(let client):
            unsafe Self.write(Self.greetingHead, client, Self.greetingTail, to: memory)
        case .full(let limit):
            unsafe Self.write("Servidor cheio: limite de ", UInt64(limit), " clientes.\n", to: memory)
        case .fullForAddress(let limit):
            unsafe Self.write("Limite de ", UInt64(limit), " clientes por endereço.\n", to: memory)
        case .idle(let seconds):
            unsafe Self.write("Tempo esgotado: ", UInt64(seconds), " s sem mensagens.\n", to: memory)
        case .invalidText: unsafe Self.write("Erro: texto não é UTF-8 válido.\n", to: memory)
        }
    }

    /// The line as text; for tests, logs and load generators.
    public var text: String {
        // SAFETY: the buffer has room for `longest` bytes.
        unsafe String(unsafeUninitializedCapacity: Self.longest) { buffer in
            unsafe buffer.baseAddress.map { unsafe write(to: UnsafeMutableRawPointer($0)) } ?? 0
        }
    }

    private static func write(
        _ head: StaticString, _ number: UInt64, _ tail: StaticString, to memory: UnsafeMutableRawPointer
    ) -> Int {
        var count = unsafe write(head, to: memory)
        // SAFETY: 20 bytes are enough for any 64-bit number.
        count += unsafe write(number, to: memory + count)
        count += unsafe write(tail, to: memory + count)
        return count
    }

    private static func write(_ text: StaticString, to memory: UnsafeMutableRawPointer) -> Int {
        // SAFETY: a static string's bytes live for ever.
        unsafe memory.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }

    private static func write(_ number: UInt64, to memory: UnsafeMutableRawPointer) -> Int {
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number
        for offset in stride(from: digits - 1, through: 0, by: -1) {
            // SAFETY: the offset is below the number of digits.
            unsafe memory.storeBytes(of: UInt8(ascii: "0") + UInt8(rest % 10), toByteOffset: offset, as: UInt8.self)
            rest /= 10
        }
        return digits
    }
}
