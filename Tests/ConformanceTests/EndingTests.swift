// Protocol, A session, 3 and 5: how sessions end, where the server's clock, counters or options matter.
import EcoProtocol
import EcoServer
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

@Suite("The end of a session")
struct EndingTests {
    private static let notice = "Erro: texto não é UTF-8 válido.\n"

    @Test("is counted as what it was, and a reset costs nobody else anything", arguments: Model.all)
    func counted(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            for _ in 0..<3 { #expect(try server.conversation([]) == .init(bytes: [], end: .endOfStream)) }
            for _ in 0..<2 {
                let client = try server.greeted()
                #expect(try client.ask("tchau\n") == "TCHAU\n")
                client.close()
            }
            for _ in 0..<5 {
                let client = try server.greeted()
                try client.send("oi\n")
                client.reset()
            }
            #expect(
                try server.reports { $0[.endOfStream] == 3 && $0[.goodbye] == 2 && $0[.broken] == 5 && $0.clients == 0 }
            )
        }
    }

    @Test(
        "comes at text that is not UTF-8, if that is the policy: after what came before, on a line of its own",
        arguments: Model.all)
    func invalidTextCloses(model: Model) throws {
        let cases: [([UInt8], String)] = [
            (Array("abc".utf8) + [0xFF] + Array("def".utf8), "ABC\n" + Self.notice),
            (Array("ok\n".utf8) + [0xFF], "OK\n" + Self.notice),
            ([0xFF], Self.notice), ([0xE0, 0x80], Self.notice),
            // A sequence that the end of the stream cuts.
            (Array("a".utf8) + [0xC3], "A\n" + Self.notice), (Array("a\n".utf8) + [0xF0, 0x9F], "A\n" + Self.notice),
            // A goodbye before it comes first.
            (Array("tchau\n".utf8) + [0xFF], "TCHAU\n"),
            (Array("é\n".utf8), "É\n"),
        ]
        try HostedServer.serving(model, { $0.invalidBytes = .close }) { server throws in
            for (sent, answer) in cases {
                #expect(try server.conversation(sent) == .init(bytes: Array(answer.utf8), end: .endOfStream), "\(sent)")
            }
            let invalid = UInt64(cases.count - 2)
            #expect(try server.reports { $0[.invalidText] == invalid })
        }
    }

    #if DEBUG
        @Test("at text that is not UTF-8 is the same however it is cut", arguments: Model.all)
        func invalidTextCut(model: Model) throws {
            let sent = Array("olá\né".utf8) + [0xE2, 0x82, 0x41, 0x0A]
            try CutTests.serving(model, { $0.invalidBytes = .close }) { server, kernel throws in
                for cut in 1..<sent.count {
                    kernel.cut(cut, at: [cut])
                    let transcript = try server.conversation(sent)
                    #expect(transcript.text == "OLÁ\nÉ\n" + Self.notice && transcript.end == .endOfStream, "\(cut)")
                }
            }
        }

        @Test(
            "is certain within two seconds, though the client never ends its side", arguments: Model.keeping(.eventLoop)
        )
        func lingerTime(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                let client = try server.greeted()
                #expect(try client.ask("tchau\n") == "TCHAU\n")
                #expect(client.readToEnd().end == .endOfStream)
                kernel.advance(.milliseconds(1_500))
                #expect(try server.report().clients == 1)
                #expect(try server.report().clients == 1)
                kernel.advance(.milliseconds(500))
                #expect(try server.reports { $0.clients == 0 })
            }
        }
    #endif

    @Test("is certain within one mebibyte, though the client never stops", arguments: Model.all)
    func lingerBytes(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            #expect(try client.ask("tchau\n") == "TCHAU\n")
            #expect(client.readToEnd().end == .endOfStream)
            let start = Instant.now
            let much = [UInt8](repeating: 0x78, count: 64 << 10)
            var sent = 0
            _ = Wait.until(seconds: 10) {
                while let count = client.sendNow(much) {
                    sent += count
                    if count == 0 { return false }
                }
                return true
            }
            #expect(client.sendNow(much) == nil, "still connected after \(sent) bytes")
            #expect(.now - start < .milliseconds(1_800), "the two seconds ended it, not the bytes")
        }
    }
}
