// 3. Echo, continued: bytes that are not text, and random input.
import EcoProtocol
import Support

enum EchoOfBytes {
    static let cases = [
        CheckCase(
            "3.5", .robust,
            Text(
                "bytes that are not UTF-8 go back unchanged, the session goes on",
                pt: "bytes que não são UTF-8 voltam iguais, a sessão continua"), .bytesThatAreNotText
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (sent, answer) in [
                ([0x61, 0xFF, 0x62, 0x0A], [0x41, 0xFF, 0x42, 0x0A]),
                ([0xE2, 0xC3, 0xA1, 0x0A], [0xE2, 0xC3, 0x81, 0x0A]),
                ([0xC0, 0xAF, 0x61, 0x0A], [0xC0, 0xAF, 0x41, 0x0A]),
                ([0xED, 0xA0, 0x80, 0x61, 0x0A], [0xED, 0xA0, 0x80, 0x41, 0x0A]),
                ([0xF5, 0x80, 0x61, 0x0A], [0xF5, 0x80, 0x41, 0x0A]),
                ([0x80, 0xBF, 0x61, 0x0A], [0x80, 0xBF, 0x41, 0x0A]),
            ] as [([UInt8], [UInt8])] {
                try bench.ask(peer, sent, answer)
            }
            try bench.ask(peer, "ainda aqui\n", "AINDA AQUI\n")
        },
        CheckCase(
            "3.6", .robust,
            Text(
                "what can no longer become a character is answered at once",
                pt: "o que já não pode virar um caractere é respondido de imediato"), .decodingEachRead
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (sent, answer) in [
                ([0x61, 0xE0, 0x80], [0x41, 0xE0, 0x80]), ([0x61, 0xFF], [0x41, 0xFF]),
                ([0x61, 0xF4, 0x90], [0x41, 0xF4, 0x90]), ([0x61, 0xED, 0xA0], [0x41, 0xED, 0xA0]),
                ([0x61, 0xC1], [0x41, 0xC1]),
            ] as [([UInt8], [UInt8])] {
                try bench.ask(peer, sent, answer)
            }
        },
        CheckCase(
            "3.7", .robust,
            Text(
                "half a character at the end of the stream goes back unchanged",
                pt: "meio caractere no fim do fluxo volta sem mudança"), .decodingEachRead
        ) { bench throws(CaseStop) in
            for half in [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]] {
                let peer = try bench.greeted()
                try bench.ask(peer, [0x61] + half, [0x41])
                peer.endSending()
                try bench.expect(peer, half)
                try bench.expectEnd(peer)
                peer.close()
            }
        },
        CheckCase(
            "3.8", .robust, Text("NUL and control characters are text", pt: "NUL e caracteres de controle são texto"),
            .bytesThatAreNotText
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            let controls = (UInt8(0)...0x1F).filter { $0 != 0x0A } + [0x7F]
            try bench.ask(peer, [0x61, 0x00, 0x62, 0x0A], [0x41, 0x00, 0x42, 0x0A])
            try bench.ask(peer, [0x78] + controls + [0x79, 0x0A], [0x58] + controls + [0x59, 0x0A])
            try bench.ask(peer, [0x00], [0x00])
        },
        CheckCase(
            "3.9", .robust, Text("random text in random pieces", pt: "texto aleatório em pedaços aleatórios"),
            .decodingEachRead
        ) { bench throws(CaseStop) in
            for round in 0..<3 where round == 0 || bench.hasTimeForMore {
                let peer = try bench.greeted()
                var model = ProtocolModel()
                for piece in RandomText.pieces(&bench.random) where bench.hasTimeForMore {
                    let answer = model.answer(to: piece)
                    peer.say(piece)
                    // What is held has no answer yet: the next piece is its rest, in a read of its own or not.
                    if !answer.isEmpty { try bench.expect(peer, answer) }
                }
                let rest = model.finish()
                peer.endSending()
                if !rest.isEmpty { try bench.expect(peer, rest) }
                try bench.expectEnd(peer)
                peer.close()
            }
        },
    ]
}

/// What the protocol answers, by its own implementation.
struct ProtocolModel {
    private var session = Session()
    private var memory = [UInt8](repeating: 0, count: AnswerSpace.byteCount(readCapacity: capacity))
    private static let capacity = 4096

    /// The answer to a read of at most 4096 bytes.
    mutating func answer(to bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count <= Self.capacity)
        return inSpace { session, space in
            unsafe space.input.copyBytes(from: bytes)
            return session.answer(in: space, count: bytes.count)
        }
    }

    /// The answer to the end of the stream.
    mutating func finish() -> [UInt8] { inSpace { session, space in session.finish(in: space) } }

    private mutating func inSpace(_ body: (inout Session, AnswerSpace) -> Answer) -> [UInt8] {
        var session = session
        defer { self.session = session }
        // SAFETY: the memory is as long as a space for such reads has to be, and nothing else uses it meanwhile.
        return unsafe memory.withUnsafeMutableBytes { bytes in
            let space = unsafe AnswerSpace(base: bytes.baseAddress!, readCapacity: Self.capacity)
            let answer = body(&session, space)
            return unsafe Array(space[answer.bytes])
        }
    }
}

/// Streams with everything that a session has to distinguish, except a goodbye.
enum RandomText {
    private static let parts: [[UInt8]] = [
        Array("a".utf8), Array("b c".utf8), Array("\n".utf8), Array("\r\n".utf8), Array("á".utf8), Array("ß".utf8),
        Array("ΐ".utf8), Array("€".utf8), Array("日".utf8), Array("😀".utf8), Array("𐐨".utf8), [0xC3], [0xE2, 0x82],
        [0xF0, 0x9F], [0xA1], [0x80], [0xFF], [0xE0, 0x80], [0xED, 0xA0], [0x00], Array("\u{A0}".utf8),
    ]

    /// One stream in sixty pieces, cut anywhere.
    static func pieces(_ random: inout SeededRandom) -> [[UInt8]] {
        var rest: [UInt8] = []
        return (0..<60).map { _ in
            while rest.count < 40 { rest += parts.randomElement(using: &random) ?? [] }
            let count = Int.random(in: 1...20, using: &random)
            defer { rest.removeFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}
