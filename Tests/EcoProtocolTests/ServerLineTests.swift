// The lines the server says of its own accord are the protocol's, to the byte.

import EcoProtocol
import Testing

@Suite struct ServerLineTests {
    static let lines: [(ServerLine, String)] = [
        (.greeting(client: 1), "Servidor de eco (cliente 1).\n"),
        (.greeting(client: 10), "Servidor de eco (cliente 10).\n"),
        (.greeting(client: .max), "Servidor de eco (cliente 18446744073709551615).\n"),
        (.full(limit: 0), "Servidor cheio: limite de 0 clientes.\n"),
        (.full(limit: 200_000), "Servidor cheio: limite de 200000 clientes.\n"),
        (.full(limit: .max), "Servidor cheio: limite de 9223372036854775807 clientes.\n"),
        (.fullForAddress(limit: 1), "Limite de 1 clientes por endereço.\n"),
        (.fullForAddress(limit: .max), "Limite de 9223372036854775807 clientes por endereço.\n"),
        (.idle(seconds: 30), "Tempo esgotado: 30 s sem mensagens.\n"),
        (.idle(seconds: .max), "Tempo esgotado: 9223372036854775807 s sem mensagens.\n"),
        (.invalidText, "Erro: texto não é UTF-8 válido.\n"),
    ]

    /// What `write` leaves in memory with room for the longest line, and no more.
    private func written(_ line: ServerLine) -> [UInt8] {
        let fence = 32
        var memory = [UInt8](repeating: 0xA5, count: ServerLine.longest + fence)
        let count = unsafe memory.withUnsafeMutableBytes { buffer in
            // SAFETY: the buffer is not empty, and longer than any line.
            unsafe line.write(to: buffer.baseAddress!)
        }
        #expect(memory[count...].allSatisfy { $0 == 0xA5 }, "a write behind the line's end")
        return Array(memory[..<count])
    }

    @Test(arguments: lines)
    func `Each line reads as the protocol has it`(line: ServerLine, text: String) {
        #expect(line.text == text)
    }

    @Test(arguments: lines)
    func `Its bytes are its text's`(line: ServerLine, text: String) {
        #expect(written(line) == utf8(text))
    }

    @Test(arguments: lines)
    func `None is longer than the longest`(line: ServerLine, text: String) {
        #expect(utf8(text).count <= ServerLine.longest)
    }

    @Test func `Every number of digits is written as such`() {
        var limit = 9
        while limit < .max / 10 {
            for number in [limit, limit + 1] {
                #expect(written(.full(limit: number)) == utf8("Servidor cheio: limite de \(number) clientes.\n"))
                let greeting = ServerLine.greeting(client: UInt64(number))
                #expect(written(greeting) == utf8("Servidor de eco (cliente \(number)).\n"))
            }
            limit = limit * 10 + 9
        }
    }
}
