// Protocol, A session, 1 to 3: greeting, texts, echo.
import EcoServer
import TestSupport
import Testing

@Suite("A session", .timeLimit(.minutes(2)))
struct SessionTests {
    @Test(
        "begins with a greeting, before the client says anything, with the number of the client", arguments: Model.all)
    func greeting(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            for number in 1...12 {
                let client = try server.connect()
                #expect(try client.readLine() == "Servidor de eco (cliente \(number)).")
                client.close()
            }
        }
    }

    @Test("numbers clients that are there at the same time", arguments: Model.servingManyAtOnce)
    func numbers(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            for number in 1...12 {
                #expect(try server.connect().readLine() == "Servidor de eco (cliente \(number)).")
            }
        }
    }

    @Test("answers a line, several lines, and what has no newline at once, in upper case", arguments: Model.all)
    func texts(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            for text in ["bom dia\n", "um\ndois\n\ntrês\n", "sem fim", " e mais", "\n", "\r\n", "a", "ção", "\n\n\n"] {
                #expect(try client.ask(text) == text.uppercased())
            }
            let texts = 1 + 4 + 1 + 1 + 1 + 1 + 1 + 1 + 3
            #expect(try server.reports { $0.texts == texts })
        }
    }

    @Test("maps each scalar as Unicode does in full, also to more bytes than it had", arguments: Model.all)
    func fullMapping(model: Model) throws {
        let pairs = [
            ("ß", "SS"), ("ŉ", "ʼN"), ("ΐ", "\u{399}\u{308}\u{301}"), ("ﬃ", "FFI"), ("ÿ", "Ÿ"), ("ı", "I"), ("ǆ", "Ǆ"),
            ("σς", "ΣΣ"), ("日本", "日本"), ("😀", "😀"), ("é", "É"), ("e\u{301}", "E\u{301}"), ("ꭰ", "Ꭰ"), ("𐐨", "𐐀"),
        ]
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            for (lower, upper) in pairs {
                let answer = Array((upper + "\n").utf8)
                try client.send(lower + "\n")
                #expect(try client.read(answer.count) == answer, "\(lower)")
            }
            // Much of what grows most: three times as long.
            let much = String(repeating: "ΐ", count: 40_000)
            let answer = [UInt8](String(repeating: "\u{399}\u{308}\u{301}", count: 40_000).utf8)
            try client.sendInBackground(Array(much.utf8))
            #expect(client.readToEnd() == .init(bytes: answer, end: .endOfStream))
        }
    }

    @Test("takes NUL and control characters for text like any other", arguments: Model.all)
    func controls(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let bytes = Array(UInt8(0)...0x7F)
            let answer = bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
            #expect(try server.conversation(bytes) == .init(bytes: answer, end: .endOfStream))
        }
    }

    @Test("answers one client while another says nothing", arguments: Model.servingManyAtOnce)
    func concurrency(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let silent = try (0..<20).map { _ in try server.greeted() }
            let client = try server.greeted()
            #expect(try client.ask("oi\n") == "OI\n")
            for other in silent { #expect(try other.ask("e eu\n") == "E EU\n") }
        }
    }

    @Test("one after the other is what `sequential` does by nature: the second waits, with what it has said")
    func sequential() throws {
        let model = try #require(Model.all.first { $0.name == "sequential" })
        try HostedServer.serving(model) { server throws in
            let first = try server.greeted()
            let second = try server.connect()
            try second.send("estou na fila\n")
            #expect(try first.ask("oi\n") == "OI\n")
            #expect(second.readNow() == .init(bytes: [], end: .timedOut))
            first.close()
            #expect(try second.readLine() == "Servidor de eco (cliente 2).")
            #expect(try second.readLine() == "ESTOU NA FILA")
        }
    }

    @Test("is served by models of two tiers: every protection by the production's, the wire protocol by the lesson's")
    func tiers() {
        for model in Model.all {
            #expect(model.isProduction == ["reactor", "workers"].contains(model.name), "\(model.name)")
        }
    }
}
