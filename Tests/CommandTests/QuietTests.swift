// What the server does when it is idle, and what hostile clients can do to it.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("A server left alone", .blocking, .serialized)
struct QuietTests {
    /// All models at the same time: none may do anything in the same second.
    @Test("with idle clients sleeps: no processor time, no wake-up", arguments: [[], ["--idle-timeout", "900"]])
    func idle(arguments: [String]) throws { try Self.expectSleep(Eco.models[...], arguments, []) }

    private static func expectSleep(
        _ models: ArraySlice<String>, _ arguments: [String], _ servers: [(model: String, proc: Proc)]
    ) throws {
        if let model = models.first {
            return try SpawnedServer.serving(["--model", model] + arguments) { server throws in
                let clients = try (0..<50).map { _ in try server.connect() }
                #expect(try clients[0].readLine() == "Servidor de eco (cliente 1).")
                #expect(try clients[0].ask("a\n") == "A\n")
                try expectSleep(models.dropFirst(), arguments, servers + [(model, server.proc)])
            }
        }
        // The work for the clients that just connected is over when nothing moves any more.
        var switches: [Int] = []
        let areStill = Wait.until(seconds: 10) {
            let before = switches
            Wait.pause(.milliseconds(200))
            switches = servers.map { $0.proc.voluntarySwitches }
            return switches == before
        }
        #expect(areStill)
        let times = servers.map { $0.proc.processorTime }
        Wait.pause(.seconds(1))
        for (index, server) in servers.enumerated() {
            #expect(server.proc.voluntarySwitches == switches[index], "\(server.model)")
            #expect(server.proc.processorTime == times[index], "\(server.model)")
        }
    }

    @Test("survives clients that leave in the middle of everything", arguments: Eco.models)
    func tornConnections(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let text = String(repeating: "quem vai embora não diz nada\n", count: 40)
            for round in 0..<400 {
                let client = try server.connect()
                try client.send(text)
                switch round % 4 {
                // Closing with answers unread resets the connection while the server writes.
                case 0: client.close()
                case 1: client.reset()
                case 2:
                    client.halfClose()
                    client.close()
                default:
                    _ = client.readNow(upTo: 10)
                    client.reset()
                }
            }
            #expect(try server.greeted().ask("ainda aqui?\n") == "AINDA AQUI?\n")
            #expect(server.leave() == .status(0))
            #expect(server.process.complaints == "")
        }
    }

    @Test("survives clients that reset before they are greeted", arguments: Eco.models)
    func tornInBacklog(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            try server.stop()
            for _ in 0..<50 { try server.connect().reset() }
            let last = try server.connect()
            server.resume()
            #expect(try last.readLine().hasPrefix("Servidor de eco (cliente "))
            #expect(try last.ask("a") == "A")
            #expect(server.leave() == .status(0))
        }
    }

    @Test("keeps no descriptor of clients that have gone", arguments: Eco.models)
    func descriptors(model: String) throws {
        try SpawnedServer.serving(["--model", model]) { server throws in
            let first = try server.greeted()
            #expect(try first.ask("a\n") == "A\n")
            first.close()
            let before = server.proc.descriptors
            let threads = server.proc.threads.count
            for round in 0..<60 {
                let client = try server.greeted()
                if round.isMultiple(of: 2) { try client.send("tchau\n") } else { client.halfClose() }
                #expect(client.readToEnd().end == .endOfStream)
                client.close()
            }
            #expect(Wait.until { server.proc.descriptors <= before })
            #expect(Wait.until { server.proc.threads.count <= threads })
        }
    }

    @Test("does not spin on connections that have hung up while they were not read from", arguments: Eco.models)
    func hungUp(model: String) throws {
        try SpawnedServer.serving(["--model", model, "--simulate", "sleep:300ms"]) { server throws in
            // At work for it, the server learns of the hang-up and can do nothing about it yet.
            let client = try server.greeted()
            try client.send("trabalhe\n")
            #expect(Wait.until { server.proc.state == "S" })
            client.reset()
            let time = server.proc.processorTime
            Wait.pause(.milliseconds(200))
            #expect(server.proc.processorTime - time < .milliseconds(40))
            #expect(try server.greeted().ask("oi\n") == "OI\n")
        }
    }
}
