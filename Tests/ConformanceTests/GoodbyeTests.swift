// Protocol, A session, 4: the two kinds of goodbye, where reads are cut as no client can make sure of.
import EcoServer
import TestSupport
import Testing

#if DEBUG
    @Suite("Goodbye")
    struct GoodbyeTests {
        /// A stream, where its reads are cut, and what comes back; `ends` says whether the server ends the session.
        struct Stream: Sendable, CustomTestStringConvertible {
            let text: String
            var cuts: [Int] = []
            let answer: String
            var ends = true

            var testDescription: String { "\(text.debugDescription) cut at \(cuts)" }
        }

        static let streams = [
            // A line, in however many reads.
            Stream(text: "tchau\n", cuts: [1, 1, 1, 1, 1, 1], answer: "TCHAU\n"),
            Stream(text: "tchau\nmais\n", cuts: [2, 2, 2], answer: "TCHAU\n"),
            Stream(text: "oi\ntchau\nmais\n", answer: "OI\nTCHAU\n"),
            Stream(text: "\ttchau\u{0B}\u{0C}\u{1C}\u{1F}\n", answer: "\tTCHAU\u{0B}\u{0C}\u{1C}\u{1F}\n"),
            Stream(
                text: "\u{A0}\u{3000}tchau\u{2028}\u{85}\n", cuts: [1, 1, 1],
                answer: "\u{A0}\u{3000}TCHAU\u{2028}\u{85}\n"),
            // A message: the whole of a read without a newline.
            Stream(text: " tchau\u{A0}", answer: " TCHAU\u{A0}"),
            Stream(text: "abtchaumais", cuts: [2, 5], answer: "ABTCHAU"),
            Stream(text: "oi\ntchau", cuts: [3, 5], answer: "OI\nTCHAU"),
            // Neither.
            Stream(text: "oi\ntchau\nx", cuts: [8, 1], answer: "OI\nTCHAU\n"),
            Stream(text: "xtchau\n", cuts: [1, 3], answer: "XTCHAU\n", ends: false),
            Stream(text: "tchaux\n", cuts: [4, 3], answer: "TCHAUX\n", ends: false),
            Stream(text: "étchau", cuts: [1, 6], answer: "ÉTCHAU", ends: false),
            Stream(text: "tchaué", cuts: [6, 1], answer: "TCHAUÉ", ends: false),
        ]

        @Test("ends the session after its answer, and nothing after it is answered", arguments: Model.all)
        func streams(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                for (index, stream) in Self.streams.enumerated() {
                    kernel.cut(index + 1, at: stream.cuts)
                    let client = try server.greeted()
                    try client.send(stream.text)
                    let answer = String(decoding: try client.read(stream.answer.utf8.count), as: UTF8.self)
                    #expect(answer == stream.answer, "\(stream.testDescription)")
                    if stream.ends {
                        let rest = client.readToEnd()
                        #expect(rest == .init(bytes: [], end: .endOfStream), "\(stream.testDescription)")
                    } else {
                        try client.send("x\nainda\n")
                        #expect(try client.read(8) == Array("X\nAINDA\n".utf8), "\(stream.testDescription)")
                    }
                    client.close()
                }
                let goodbyes = UInt64(Self.streams.count { $0.ends })
                #expect(try server.reports { $0[.goodbye] == goodbyes })
            }
        }

        @Test("may be a message whose character was held before: then it is none", arguments: Model.all)
        func heldBefore(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                kernel.cut(1, at: [1, 5])
                let client = try server.greeted()
                try client.send([0xC3] + Array("tchau".utf8))
                #expect(try client.read(6) == [0xC3] + Array("TCHAU".utf8))
                #expect(try client.ask("ainda\n") == "AINDA\n")
            }
        }
    }
#endif
