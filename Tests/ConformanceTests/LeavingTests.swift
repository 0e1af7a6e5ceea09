// Protocol, Leaving, as a program asks for it; `CommandTests` does so by signals.
import EcoServer
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

@Suite("Asked to leave")
struct AskedToLeaveTests {
    @Test("a server without clients does so at once", arguments: Array(Model.all.enumerated()))
    func idle(index: Int, model: Model) throws {
        // An address of its own: the server of another test might get the port that this one gives up.
        let configure = { (configuration: inout ServerConfiguration) in
            configuration.hosts = ["127.0.77.\(index + 1)"]
            // If it waited for anything, it would wait for an hour.
            configuration.drainTimeout = .seconds(3600)
        }
        try HostedServer.serving(model, configure) { server throws in
            server.control.drain()
            #expect(server.outcome() == .drained)
            #expect(throws: TestFailure.self) { try server.connect() }
        }
    }

    @Test("a server answers what it has received, what it holds as well, and ends its side", arguments: Model.all)
    func held(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            try client.send(Array("até logo".utf8) + [0xC3])
            #expect(try client.read(9) == Array("ATÉ LOGO".utf8))
            server.control.drain()
            #expect(client.readToEnd() == .init(bytes: [0xC3], end: .endOfStream))
            client.close()
            #expect(server.outcome() == .drained)
        }
    }

    /// The work keeps each server from reading what comes behind the first text before it is asked to leave.
    @Test(
        "a server answers what is behind an urgent byte, and waits for nothing if nothing is", arguments: Model.all,
        ["", "depois"])
    func urgent(model: Model, behind: String) throws {
        try HostedServer.serving(model, { $0.work = .sleep(.milliseconds(100)) }) { server throws in
            let client = try server.greeted()
            try client.send("antes")
            try client.sendUrgent()
            try client.send(behind)
            server.control.drain()
            #expect(client.readToEnd() == .init(bytes: Array("ANTES\(behind.uppercased())".utf8), end: .endOfStream))
            client.close()
            #expect(server.outcome() == .drained)
        }
    }

    @Test("a server ends though a client never does, within the time of a clean close", arguments: Model.all)
    func silent(model: Model) throws {
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            server.control.drain()
            #expect(client.readToEnd() == .init(bytes: [], end: .endOfStream))
            #expect(server.outcome(seconds: 4) == .drained)
        }
    }

    @Test(
        "a second time, or to do so at once, a server does not wait for anybody", arguments: Model.all, [true, false])
    func quit(model: Model, afterDrain: Bool) throws {
        try HostedServer.serving(model) { server throws in
            let client = try server.greeted()
            let start = Instant.now
            if afterDrain { server.control.drain() }
            server.control.quit()
            #expect(server.outcome(seconds: 3) == .quit(nil))
            #expect(.now - start < .seconds(1))
            _ = client.readNow()
        }
    }

    #if DEBUG
        @Test(
            "a server answers what the socket's queue holds at that moment, in however many reads",
            arguments: Model.keeping(.eventLoop))
        func queue(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                let client = try server.greeted()
                kernel.cut(1, at: [Int](repeating: 7, count: 100))
                let text = String(repeating: "já vai, já vai\n", count: 20)
                // All in one turn: the request comes when the client's text is there.
                try kernel.inOneTurn({ server.control.report() }) {
                    try client.send(text)
                    server.control.drain()
                }
                #expect(client.readToEnd() == .init(bytes: Array(text.uppercased().utf8), end: .endOfStream))
                client.close()
                #expect(server.outcome() == .drained)
            }
        }

        @Test(
            "a server gives its clients the drain timeout, then cuts them off and says how many",
            arguments: Model.keeping(.eventLoop))
        func cut(model: Model) throws {
            let configure: (inout ServerConfiguration) -> Void = {
                $0.drainTimeout = .seconds(100)
                $0.writeTimeout = .seconds(1_000)
            }
            try CutTests.servingPending(model, configure) { server, kernel, _ throws in
                server.control.drain()
                #expect(try server.report().clients == 1)
                try kernel.pass(.seconds(90), server)
                #expect(try server.report().clients == 1)
                // A stop in which the time would have come to its end gives all of it again.
                kernel.advance(.seconds(50))
                #expect(try server.report().clients == 1)
                try kernel.pass(.seconds(90), server)
                #expect(try server.report().clients == 1)
                // Its last report may be the one before the end.
                while server.outcome(seconds: 0) == nil {
                    kernel.advance(.milliseconds(50))
                    server.control.report()
                }
                #expect(server.outcome() == .cut(clients: 1))
            }
        }

        @Test("Pitfall 27: a server whose listeners have died serves who is there and leaves", arguments: Model.all)
        func listenersDied(model: Model) throws {
            try CutTests.serving(model) { server, kernel throws in
                let client = try server.greeted()
                #expect(try client.ask("oi\n") == "OI\n")
                kernel.script.every(.accept4).fails(with: EINVAL)
                // Who knocks makes it notice; one who is served one at a time only when the one before has gone.
                let lost = try server.connect()
                if model.keeps(.manyClients) { #expect(client.readToEnd() == .init(bytes: [], end: .endOfStream)) }
                client.close()
                lost.close()
                #expect(server.outcome() == .listenersDied(cut: 0))
            }
        }
    #endif
}
