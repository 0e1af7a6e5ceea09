// How the server leaves, and what its clients have got by then.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("Leaving", .blocking, .serialized)
struct LeavingTests {
    /// Asks the server to leave, which it has to do with this status before so much time has passed.
    private static func expectEnd(
        _ server: SpawnedServer, _ exit: ChildProcess.Exit, within time: Duration, asking signal: Int32 = SIGTERM
    ) {
        let start = Instant.now
        #expect(server.terminate(signal) == exit)
        #expect(.now - start < time)
    }

    @Test("without clients is immediate, and a success", arguments: Eco.models, [SIGTERM, SIGINT])
    func idle(model: String, signal: Int32) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            Self.expectEnd(server, .status(0), within: .seconds(1), asking: signal)
            #expect(server.process.complaints == "")
        }
    }

    @Test(
        "ends a client that says nothing and never closes: within the two seconds of a clean close",
        arguments: Eco.models)
    func silentClient(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let client = try server.greeted()
            Self.expectEnd(server, .status(0), within: .seconds(4))
            #expect(client.readToEnd() == .init(bytes: [], end: .endOfStream))
        }
    }

    @Test("exits with 75 when time runs out, and says for how many", arguments: Eco.models)
    func timeout(model: String) throws {
        try Self.servingClogged(["--model", model, "--drain-timeout", "0.5"]) { server throws in
            Self.expectEnd(server, .status(75), within: .seconds(5))
            let lines = server.process.complaints.split(separator: "\n").filter { !$0.hasPrefix("{") }
            #expect(
                lines.count == 1 && lines[0].contains("1 client") && lines[0].contains("--drain-timeout"), "\(lines)")
        }
    }

    @Test(
        "is immediate at the second signal, with the status of that signal", arguments: Eco.models, [SIGINT, SIGTERM])
    func secondSignal(model: String, signal: Int32) throws {
        try Self.servingClogged(["--model", model]) { server throws in
            server.process.send(signal: SIGTERM)
            // As long as the first is pending, the second may be the same signal; until 0.2 s after that the same request.
            #expect(Wait.until { !server.proc.isPending(SIGTERM) })
            Wait.pause(.milliseconds(250))
            Self.expectEnd(server, .status(128 + signal), within: .seconds(2), asking: signal)
        }
    }

    @Test(
        "Pitfall 26: answers all that it has read to a client that goes on writing before it reads",
        arguments: Eco.models)
    func pipelining(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let client = try server.greeted()
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
            // Until the server cannot give its answers away any more.
            var received = -1
            #expect(
                try Wait.until {
                    for _ in 0..<64 { _ = client.sendNow(text) }
                    let before = received
                    received = try server.report()["bytesIn"]
                    return received == before
                })
            server.process.send(signal: SIGTERM)
            #expect(Wait.until { !server.proc.isPending(SIGTERM) })
            // More than lingering would drop; where nothing more can be sent, a little is read.
            var (sent, read) = (0, 0)
            while sent < 4 << 20, let count = client.sendNow(text) {
                sent += count
                guard count == 0 else { continue }
                let transcript = client.readNow(upTo: 16 << 10)
                read += transcript.bytes.count
                if transcript.end != .timedOut { break }
            }
            let transcript = client.readToEnd()
            #expect(transcript.end == .endOfStream)
            #expect(read + transcript.bytes.count >= received)
            client.close()
            #expect(server.process.waitForExit() == .status(0))
        }
    }

    @Test("is clean when one request comes as two signals", arguments: Eco.models)
    func requestTwice(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let crowd = Crowd(try (0..<50).map { _ in try server.connect() }, text: Self.line)
            try crowd.sendAll()
            // Both are there when it looks, however busy the machine is.
            try server.stop()
            server.process.send(signal: SIGINT)
            server.process.send(signal: SIGTERM)
            server.resume()
            Self.expectAllAnswered(crowd, server)
        }
    }

    /// Serves a client that sends and does not read, so that its answers cannot be delivered.
    ///
    /// Over a Unix socket, whose buffers have a fixed size. A sender that blocks is woken only when a good part of its buffer
    /// is free; a try for another reason finds a little room before that. Stopping and resuming the server makes it try.
    private static func servingClogged(_ arguments: [String], _ body: (SpawnedServer) throws -> Void) throws {
        let path = "/tmp/eco-clogged-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { unsafe unlink(path) }
        try SpawnedServer.serving(["--host", "127.0.0.1", "--unix", path] + arguments) { server throws in
            let client = try server.greeted(to: .unix(path))
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: 256 << 10)
            var bytesIn = -1
            var idleRounds = 0
            for _ in 0..<200 where idleRounds < 3 {
                _ = client.sendNow(text)
                try server.stop()
                server.resume()
                let next = try server.report()["bytesIn"]
                idleRounds = next == bytesIn ? idleRounds + 1 : 0
                bytesIn = next
            }
            #expect(idleRounds == 3)
            try body(server)
        }
    }

    @Test("answers everything that clients had sent by then", arguments: Eco.models)
    func everythingSent(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let crowd = Crowd(try (0..<200).map { _ in try server.connect() }, text: Self.line)
            for _ in 0..<5 { try crowd.sendAll() }
            server.process.send(signal: SIGTERM)
            Self.expectAllAnswered(crowd, server)
        }
    }

    @Test("under load gives each client whole texts and then the end of the stream", arguments: Eco.models)
    func underLoad(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let crowd = Crowd(try (0..<300).map { _ in try server.connect() }, text: Self.line)
            for _ in 0..<4 { try crowd.sendAll() }
            let much = 20_000 * crowd.textBytes
            #expect(crowd.talk { $0.receivedBytes > much })
            server.process.send(signal: SIGTERM)
            #expect(crowd.talk { $0.areAllOver })
            Self.expectWhole(crowd)
            #expect(server.process.waitForExit() == .status(0))
        }
    }

    @Test("greets and answers clients in the backlog", arguments: Eco.models)
    func backlog(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            try server.stop()
            let crowd = Crowd(try (0..<100).map { _ in try server.connect() }, text: Self.line)
            try crowd.sendAll()
            server.process.send(signal: SIGTERM)
            server.resume()
            Self.expectAllAnswered(crowd, server)
        }
    }

    @Test(
        "lets the next server have the port at once, while old connections are being forgotten", arguments: Eco.models)
    func restart(model: String) throws {
        let port = try SpawnedServer.serving(["--model", model]) { server throws in
            // The side that closes first is the one that remembers: after a goodbye the server's.
            for _ in 0..<20 {
                let client = try server.greeted()
                try client.send("tchau\n")
                #expect(client.readToEnd() == .init(bytes: Array("TCHAU\n".utf8), end: .endOfStream))
                client.close()
            }
            #expect(server.terminate() == .status(0))
            return server.port
        }
        try SpawnedServer.serving(["--model", model], port: port) { server throws in
            #expect(server.port == port)
            #expect(try server.greeted().ask("a") == "A")
        }
    }

    // MARK: - Crowds

    private static let line = "mensagem de um cliente: já não é só ascii, é português também\n"

    /// Each client gets everything that it has sent, and then the end; the server exits with 0.
    private static func expectAllAnswered(
        _ crowd: Crowd, _ server: SpawnedServer, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(crowd.talk(sending: false) { $0.areAllOver }, sourceLocation: sourceLocation)
        expectWhole(crowd, sourceLocation: sourceLocation)
        #expect(crowd.members.allSatisfy { $0.received == $0.sent }, sourceLocation: sourceLocation)
        #expect(server.process.waitForExit() == .status(0), sourceLocation: sourceLocation)
    }

    /// Each client got a beginning of its own stream in upper case, of whole texts, and then the end.
    private static func expectWhole(_ crowd: Crowd, sourceLocation: SourceLocation = #_sourceLocation) {
        let numbers = Set(crowd.members.map { String(decoding: $0.greeting, as: UTF8.self) })
        #expect(numbers.count == crowd.members.count, sourceLocation: sourceLocation)
        for (index, member) in crowd.members.enumerated() {
            let greeting = String(decoding: member.greeting, as: UTF8.self)
            guard member.end == .endOfStream, member.complaint == nil, member.received % crowd.textBytes == 0,
                greeting.hasPrefix("Servidor de eco (cliente ")
            else {
                Issue.record(
                    """
                    client \(index) of port \(member.client.port): \(member.end.map { "\($0)" } ?? "no end") after \
                    \(member.received) of \(member.sent) bytes, \(member.complaint ?? "all right"), "\(greeting)"
                    """, sourceLocation: sourceLocation)
                return
            }
        }
    }
}
