// Protocol, A session, 2 to 4, under every way to cut the stream.
import EcoServer
import SimulatedKernel
import TestSupport
import Testing

#if DEBUG
    @Suite("However the stream is cut")
    struct CutTests {
        /// Serves under a kernel whose reads a test cuts.
        static func serving(
            _ model: Model, _ configure: (inout ServerConfiguration) -> Void = { _ in },
            _ body: (HostedServer, ScriptedKernel) throws -> Void
        ) throws {
            let kernel = ScriptedKernel()
            try HostedServer.serving(model, configure, prepare: { kernel.install() }) { try body($0, kernel) }
        }

        /// The same, with a client for whom the server holds an answer that the kernel does not take.
        static func servingPending(
            _ model: Model, _ configure: (inout ServerConfiguration) -> Void,
            _ body: (HostedServer, ScriptedKernel, TestClient) throws -> Void
        ) throws {
            try serving(model, configure) { server, kernel throws in
                let client = try server.greeted()
                kernel.give(room: 0)
                try client.send("quem lê tarde\n")
                #expect(try server.reports { $0.clientsNotReadFrom == 1 })
                try body(server, kernel, client)
            }
        }

        @Test("the bytes of the answer are the same", arguments: Model.all)
        func everyCut(model: Model) throws {
            let text = "é ß ŉ ΐ 日 😀 \u{FF41}\nfim"
            let answer = Array(text.unicodeScalars.map(\.properties.uppercaseMapping).joined().utf8)
            let bytes = Array(text.utf8)
            try Self.serving(model) { server, kernel throws in
                var connection = 0
                func check(_ cuts: [Int]) throws {
                    connection += 1
                    kernel.cut(connection, at: cuts)
                    #expect(try server.conversation(bytes) == .init(bytes: answer, end: .endOfStream), "\(cuts)")
                }
                for first in 1..<bytes.count { try check([first]) }
                try check([Int](repeating: 1, count: bytes.count))
                try check([Int](repeating: 2, count: bytes.count / 2))
                try check([Int](repeating: 3, count: bytes.count / 3))
            }
        }

        @Test("what is not UTF-8 goes back unchanged, by maximal subparts, and is counted", arguments: Model.all)
        func invalidBytes(model: Model) throws {
            // What is sent, what comes back, and how many bytes of it are no text.
            let cases: [([UInt8], [UInt8], UInt64)] = [
                ([0x61, 0xFF, 0x62], [0x41, 0xFF, 0x42], 1),
                ([0xE2, 0xC3, 0xA1], [0xE2, 0xC3, 0x81], 1),
                ([0xE0, 0x80, 0x61], [0xE0, 0x80, 0x41], 2),
                ([0xC0, 0xAF, 0x61], [0xC0, 0xAF, 0x41], 2),
                ([0xED, 0xA0, 0x80, 0x61], [0xED, 0xA0, 0x80, 0x41], 3),
                ([0xF4, 0x90, 0x80, 0x80, 0x61], [0xF4, 0x90, 0x80, 0x80, 0x41], 4),
                ([0xF0, 0x9F, 0x98, 0x61], [0xF0, 0x9F, 0x98, 0x41], 3),
                ([0x80, 0xBF, 0xFE, 0x61], [0x80, 0xBF, 0xFE, 0x41], 3),
                // Held at the end of the stream.
                ([0x61, 0xC3], [0x41, 0xC3], 1), ([0xF0, 0x9F, 0x98], [0xF0, 0x9F, 0x98], 3),
                ([0xE2, 0x82], [0xE2, 0x82], 2),
            ]
            try Self.serving(model) { server, kernel throws in
                var connection = 0
                var invalid: UInt64 = 0
                for (sent, answer, count) in cases {
                    for cut in 0..<sent.count {
                        connection += 1
                        kernel.cut(connection, at: cut == 0 ? [] : [cut])
                        let transcript = try server.conversation(sent)
                        #expect(transcript == .init(bytes: answer, end: .endOfStream), "\(sent) at \(cut)")
                        invalid += count
                    }
                }
                #expect(try server.reports { $0.invalidBytes == invalid })
            }
        }

        @Test("only a prefix that can become a character is held, and only until it does", arguments: Model.all)
        func held(model: Model) throws {
            // What a read ends with, how many of its bytes are held, what comes next and the answer to both.
            let cases: [([UInt8], Int, [UInt8], [UInt8])] = [
                ([0xC3], 1, [0xA1], [0xC3, 0x81]), ([0xE2, 0x82], 2, [0xAC], [0xE2, 0x82, 0xAC]),
                ([0xF0, 0x9F, 0x98], 3, [0x80], [0xF0, 0x9F, 0x98, 0x80]), ([0xE0], 1, [0x80], [0xE0, 0x80]),
                ([0xE0, 0x80], 0, [0x61], [0xE0, 0x80, 0x41]), ([0xC1], 0, [0x81], [0xC1, 0x81]),
                ([0xF5], 0, [0x80], [0xF5, 0x80]), ([0xED, 0xA0], 0, [0x80], [0xED, 0xA0, 0x80]),
                ([0xC3], 1, [0x61], [0xC3, 0x41]),
            ]
            try Self.serving(model) { server, _ throws in
                let client = try server.greeted()
                for (first, heldCount, second, answer) in cases {
                    try client.send([0x61] + first)
                    let now = first.count - heldCount
                    #expect(try client.read(1 + now) == [0x41] + answer[..<now])
                    #expect(client.readNow() == .init(bytes: [], end: .timedOut))
                    try client.send(second)
                    #expect(try client.read(answer.count - now) == Array(answer[now...]))
                }
            }
        }

        @Test("a text is a line with its newline, or the rest of a read", arguments: Model.all)
        func texts(model: Model) throws {
            try Self.serving(model) { server, kernel throws in
                kernel.cut(1, at: [3, 2, 1])
                #expect(try server.conversation(Array("a\nbc\nd\n".utf8)).text == "A\nBC\nD\n")
                // "a\nb", "c\n", "d", "\n".
                #expect(try server.reports { $0.texts == 2 + 1 + 1 + 1 })
            }
        }
    }
#endif
