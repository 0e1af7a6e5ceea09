// Protocol, Refusals.
import EcoServer
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

@Suite("Refusals")
struct RefusalTests {
    private static func line(_ text: String) -> TestClient.Transcript {
        .init(bytes: Array((text + "\n").utf8), end: .endOfStream)
    }

    @Test(
        "at the limit are one line and a clean close, use no number, and end when somebody leaves",
        arguments: Model.keeping(.manyClients))
    func full(model: Model) throws {
        try HostedServer.serving(model, { $0.maxClients = 3 }) { server throws in
            let clients = try (0..<3).map { _ in try server.greeted() }
            for _ in 0..<5 {
                let refused = try server.connect()
                // What it sends all the same must not turn the close into a reset.
                try refused.send("posso entrar?\n")
                #expect(refused.readToEnd() == Self.line("Servidor cheio: limite de 3 clientes."))
                refused.close()
            }
            for client in clients { #expect(try client.ask("oi\n") == "OI\n") }
            clients[1].close()
            #expect(try server.reports { $0.clients == 2 })
            #expect(try server.connect().readLine() == "Servidor de eco (cliente 4).")
            #expect(try server.report()[.full] == 5)
        }
    }

    @Test(
        "that linger are bounded in number: beyond it they are closed at once", arguments: Model.keeping(.manyClients))
    func lingering(model: Model) throws {
        try HostedServer.serving(model, { $0.maxClients = 1 }, maxRefusals: 2) { server throws in
            let client = try server.greeted()
            let refused = try (0..<8).map { _ in try server.connect() }
            #expect(refused[0].readToEnd() == Self.line("Servidor cheio: limite de 1 clientes."))
            #expect(refused[1].readToEnd() == Self.line("Servidor cheio: limite de 1 clientes."))
            for other in refused[2...] { #expect(other.readToEnd().end != .timedOut) }
            #expect(try client.ask("oi\n") == "OI\n")
            #expect(try server.reports { $0[.full] == 8 && $0.clients == 1 })
        }
    }

    @Test("at the limit of an address concern that address alone", arguments: Model.keeping(.addressLimit))
    func address(model: Model) throws {
        try HostedServer.serving(model, { $0.maxClientsPerAddress = 2 }) { server throws in
            let mine = try (0..<2).map { _ in try server.greeted(from: 0x7F00_0001) }
            #expect(
                try server.connect(from: 0x7F00_0001).readToEnd() == Self.line("Limite de 2 clientes por endereço."))
            #expect(try server.connect(from: 0x7F00_0002).readLine() == "Servidor de eco (cliente 3).")
            mine[0].close()
            #expect(try server.reports { $0.clients == 2 })
            #expect(try server.connect(from: 0x7F00_0001).readLine() == "Servidor de eco (cliente 4).")
            #expect(try server.report()[.address] == 1)
        }
    }

    @Test("at the limit of an address never concern Unix sockets", arguments: Model.keeping(.addressLimit))
    func unixExempt(model: Model) throws {
        let path = "/tmp/eco-exempt-\(model.name)-\(UInt32.random(in: 0 ... .max))"
        try HostedServer.serving(
            model,
            {
                $0.unixPath = path; $0.maxClientsPerAddress = 1
            }
        ) { server throws in
            for _ in 0..<5 { #expect(try server.greeted(to: .unix(path)).ask("oi\n") == "OI\n") }
            _ = try server.greeted()
            #expect(try server.connect().readToEnd() == Self.line("Limite de 1 clientes por endereço."))
        }
    }

    #if DEBUG
        @Test(
            "of clients that cannot linger and have sent an urgent byte are no reset",
            arguments: Model.keeping(.manyClients))
        func urgent(model: Model) throws {
            let kernel = ScriptedKernel()
            let prepare: @Sendable () -> Void = { kernel.install() }
            try HostedServer.serving(model, { $0.maxClients = 1 }, maxRefusals: 0, prepare: prepare) { server throws in
                _ = try server.greeted()
                // It is accepted when the byte is in its queue.
                let isSent = Monitor(false)
                let release = {
                    isSent.withLock { $0 = true }
                    isSent.wakeAll()
                }
                defer { release() }
                kernel.script.the(1, .accept4).happens(after: { isSent.withLock(when: { $0 == true }) { _ in } })
                let refused = try server.connect()
                try refused.sendUrgent()
                release()
                #expect(refused.readToEnd() == Self.line("Servidor cheio: limite de 1 clientes."))
            }
        }

        @Test(
            "at the limit of an address count IPv6 by /64, and IPv4-mapped addresses as IPv4",
            arguments: Model.keeping(.addressLimit))
        func addressesOfOneNetwork(model: Model) throws {
            let network: UInt64 = 0x2001_0DB8_0000_0001
            let callers: [(PeerAddress, Bool)] = [
                (.ipv6(network, 1, port: 1), true), (.ipv6(network, 2, port: 2), false),
                (.ipv6(network, .max, port: 3), false), (.ipv6(network + 1, 1, port: 4), true),
                (.ipv4(0x0A00_0001, port: 5), true), (.ipv6(0, 0xFFFF_0A00_0001, port: 6), false),
                (.ipv6(0, 0xFFFF_0A00_0002, port: 7), true), (.ipv4(0x0A00_0002, port: 8), false),
                (.unix, true), (.unix, true),
            ]
            try CutTests.serving(model, { $0.maxClientsPerAddress = 1 }) { server, kernel throws in
                for (index, caller) in callers.enumerated() { kernel.call(index + 1, caller.0) }
                for (address, isWelcome) in callers {
                    let line = try server.connect().readLine()
                    #expect(
                        line.hasPrefix(isWelcome ? "Servidor de eco" : "Limite de 1 clientes"), "\(address): \(line)")
                }
            }
        }

        @Test(
            "for idleness come after that time without a byte, of any kind, and say how long it was",
            arguments: Model.keeping(.idleTimeout))
        func idle(model: Model) throws {
            try CutTests.serving(model, { $0.idleTimeout = .seconds(60) }) { server, kernel throws in
                let client = try server.greeted()
                let other = try server.greeted()
                try kernel.pass(.seconds(50), server)
                // The answer tells that the server has had the text, and half a character besides.
                try client.send([0x61, 0xC3])
                #expect(try client.read(1) == [0x41])
                let passed = try #require(try kernel.pass(server) { $0[.idle] == 1 })
                #expect(other.readToEnd() == Self.line("Tempo esgotado: 60 s sem mensagens."))
                if passed < .seconds(50) { #expect(client.readNow() == .init(bytes: [], end: .timedOut)) }
                #expect(try kernel.pass(server) { $0[.idle] == 2 } != nil)
                #expect(client.readToEnd().text.hasSuffix("Tempo esgotado: 60 s sem mensagens.\n"))
                #expect(try server.report()[.idle] == 2)
            }
        }

        @Test("for idleness do not come while answers are pending", arguments: Model.keeping(.idleTimeout))
        func idleWhilePending(model: Model) throws {
            let configure: (inout ServerConfiguration) -> Void = {
                $0.idleTimeout = .seconds(10)
                $0.writeTimeout = .seconds(1_000)
            }
            try CutTests.servingPending(model, configure) { server, kernel, client throws in
                kernel.advance(.seconds(100))
                for _ in 0..<5 { #expect(try server.report()[.idle] == 0) }
                kernel.give(room: 1_000)
                #expect(try client.readLine() == "QUEM LÊ TARDE")
                kernel.advance(.seconds(8))
                for _ in 0..<5 { #expect(try server.report()[.idle] == 0) }
                kernel.advance(.seconds(3))
                #expect(client.readToEnd() == Self.line("Tempo esgotado: 10 s sem mensagens."))
            }
        }
    #endif

    @Test("for idleness never come unless they were asked for", arguments: Model.keeping(.idleTimeout))
    func noIdleTimeout(model: Model) throws {
        #if DEBUG
            try CutTests.serving(model) { server, kernel throws in
                let client = try server.greeted()
                kernel.advance(.seconds(1_000_000))
                _ = try server.report()
                #expect(try client.ask("ainda\n") == "AINDA\n")
            }
        #endif
    }
}
