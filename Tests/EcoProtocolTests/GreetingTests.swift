// Reading the greeting.
import EcoProtocol
import Testing

@Suite("The greeting, as a client reads it")
struct GreetingTests {
    private static func read(_ text: String) -> Greeting.Step {
        var offset = 0
        for byte in text.utf8 {
            switch Greeting.step(offset, byte) {
            case .goOn(let next): offset = next
            case let end: return end
            }
        }
        return .goOn(offset)
    }

    @Test("is taken, refused or found wrong, byte by byte")
    func steps() {
        #expect(Self.read("Servidor de eco (cliente 1).\n") == .complete)
        #expect(Self.read("Servidor de eco (cliente 18446744073709551615).\n") == .complete)
        #expect(Self.read("Servidor cheio") == .refusal && Self.read("Limite de 2") == .refusal)
        #expect(Self.read("Servidor de eco (cliente 0") == .wrong(expected: UInt8(ascii: "1")))
        #expect(Self.read("Servidor de eco (cliente 12)\n") == .wrong(expected: UInt8(ascii: ".")))
        #expect(Self.read("Servidor de eco (client ") == .wrong(expected: UInt8(ascii: "e")))
        #expect(Self.read("Servidor de eco (cliente 111111111111111111111") == .wrong(expected: UInt8(ascii: ")")))
    }

    @Test("is what the server says, and refusals are known by their words, whatever the limit is")
    func lines() {
        #expect(Self.read(ServerLine.greeting(client: 9_090).text) == .complete)
        for line in [ServerLine.full(limit: 7), .fullForAddress(limit: 1)] {
            #expect(Self.read(line.text) == .refusal && ServerLine.isRefusal(line.text))
        }
        for line in [ServerLine.greeting(client: 1), .idle(seconds: 1), .invalidText] {
            #expect(!ServerLine.isRefusal(line.text))
        }
    }
}
