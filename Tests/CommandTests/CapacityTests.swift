// Thousands of clients, and what happens when there is no room for another.
import EcoServer
import Glibc
import LinuxIO
import TestSupport
import Testing

/// One after the other: each takes as many descriptors as this process has.
@Suite("Capacity", .blocking, .serialized)
struct CapacityTests {
    init() throws {
        let limit = try DescriptorLimit.raise()
        try #require(limit.soft >= 16_384, "the tests need 16384 descriptors: ulimit -Hn 16384")
    }

    @Test("is what the limit on descriptors allows: all of 11,904 clients are answered, and the next hears the limit")
    func nearTheLimit() throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 12_000
        try CrowdGate.shared.crowded {
            try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
                let count = 12_000 - 32 - 64
                var clients: [TestClient] = []
                for _ in 0..<count { clients.append(try server.connect()) }
                for (index, client) in clients.enumerated() {
                    #expect(try client.readLine() == "Servidor de eco (cliente \(index + 1)).")
                }
                for client in clients { try client.send("já somos milhares\n") }
                for client in clients { #expect(try client.readLine() == "JÁ SOMOS MILHARES") }
                // Pitfall 17: a thread each may do on a machine like this one, and falls over on the next. The loop needs one,
                // and one for each stream that it says something on.
                #expect(server.proc.threads.count <= 3)
                for _ in 0..<100 {
                    let refused = try TestClient(.loopback(port: server.port))
                    let line = "Servidor cheio: limite de \(count) clientes.\n"
                    #expect(refused.readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
                }
                let report = try server.report()
                #expect(report["clients"] == count && report["accepted"] == count && report["refused.full"] == 100)
                // Room again: the number that the refused ones did not use is given.
                clients.removeLast().close()
                #expect(try Self.greetedEventually(server) == "Servidor de eco (cliente \(count + 1)).")
                #expect(server.leave() == .status(0))
            }
        }
    }

    @Test(
        "ends politely where descriptors do, without spinning, and comes back when a client leaves",
        arguments: Model.keeping(.politeShortage))
    func outOfDescriptors(model: Model) throws {
        try Self.serving(model, limit: 64, taken: 40) { server throws in
            let clients = try Self.fill(server, atMost: 64)
            #expect((1..<28).contains(clients.count), "the 40 descriptors were to leave less room than the limit")
            try Self.restsAndTakesTheNext(server, clients)
        }
    }

    @Test(
        "of a lesson's model out of descriptors: the next client waits, without spinning, until another leaves",
        arguments: Model.lacking(.politeShortage))
    func lessonOutOfDescriptors(model: Model) throws {
        try Self.serving(model, limit: 64, taken: model.keeps(.manyClients) ? 40 : 53) { server throws in
            // More than there is room for; the kernel keeps the others.
            let clients = try (0..<40).map { _ in try server.connect() }
            #expect(try clients[0].readLine() == "Servidor de eco (cliente 1).")
            Self.rests(server)
            if model.keeps(.manyClients) {
                // Once: nobody has left, so it is the same shortage.
                let notice = "accepting pauses: Too many open files"
                #expect(server.process.wait(.errors) { $0.contains(notice) })
                #expect(server.process.errors.split(separator: "\n").count { $0.contains(notice) } == 1)
            }
            for client in clients {
                try client.send("tchau\n")
                #expect(client.readToEnd().text.hasSuffix("TCHAU\n"))
                client.close()
            }
            #expect(server.leave() == .status(0))
        }
    }

    @Test(
        "ends with the descriptors that a model can watch: a client that gets a higher one is refused, and the log says why",
        arguments: Model.all.filter { $0.type.descriptorEnd < 4096 })
    func beyondTheEnd(model: Model) throws {
        let end = model.type.descriptorEnd
        try Self.serving(model, limit: 4096, taken: end - 24) { server throws in
            let clients = try Self.fill(server, atMost: 24)
            #expect(!clients.isEmpty)
            // What it promises is what is left, but for a few descriptors of its own.
            let line = try #require(server.process.errors.split(separator: "\n").first { $0.contains("serving at") })
            let promised = try #require(line.firstMatch(of: /at most ([0-9]+) clients/).flatMap { Int($0.output.1) })
            #expect((clients.count...24).contains(promised), "\(line)")
            // Once, however many clients come.
            let told = server.process.errors.split(separator: "\n").filter { $0.contains("clients are refused") }
            #expect(told.count == 1)
            #expect(told.first?.contains("\(model.name)(2) watches descriptors below \(end) only") == true, "\(told)")
            try Self.restsAndTakesTheNext(server, clients)
        }
    }

    @Test(
        "of a model that cannot even watch its listeners is none: it says why, and which model can",
        arguments: Model.all.filter { $0.type.descriptorEnd < 4096 })
    func nothingWithinReach(model: Model) throws {
        let end = model.type.descriptorEnd
        var options = ChildProcess.Options()
        options.descriptorLimit = 4096
        options.extraDescriptors = end + 76
        let outcome = try Eco.run(["--model", model.name, "--host", "127.0.0.1", "--port", "0"], options)
        #expect(outcome.exit == .status(71) && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.isOnePlainLine, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("eco: model \(model.name) can watch only descriptors below \(end), and "))
        #expect(outcome.errors.contains("give --model reactor, workers or poll"), "\(outcome.errors)")
    }

    /// Runs a server under a limit on descriptors, with this many of them in use at the start.
    private static func serving(
        _ model: Model, limit: Int, taken: Int, _ body: (SpawnedServer) throws -> Void
    ) throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = limit
        options.extraDescriptors = taken
        try SpawnedServer.serving(["--model", model.name, "--host", "127.0.0.1"], options: options, body)
    }

    /// Connects clients until one is refused for lack of descriptors, and ten more, which get the same line. Returns those that are served.
    private static func fill(_ server: SpawnedServer, atMost most: Int) throws -> [TestClient] {
        var clients: [TestClient] = []
        var refusal = ""
        while refusal.isEmpty, clients.count < most {
            let client = try server.connect()
            let line = try client.readLine()
            if line.hasPrefix("Servidor de eco") { clients.append(client) } else { refusal = line }
        }
        #expect(refusal == "Servidor cheio: limite de \(clients.count) clientes.")
        for _ in 0..<10 {
            let refused = try TestClient(server.address).readToEnd()
            #expect(refused == .init(bytes: Array((refusal + "\n").utf8), end: .endOfStream))
        }
        #expect(try server.report()["refused.descriptors"] == 11)
        return clients
    }

    /// No client waits and nothing is due: the server sleeps.
    private static func rests(_ server: SpawnedServer) {
        let time = server.proc.processorTime
        Wait.pause(.milliseconds(500))
        #expect(server.proc.processorTime - time < .milliseconds(100))
    }

    /// The server sleeps although it is full, serves its clients, and accepts another once there is room.
    private static func restsAndTakesTheNext(_ server: SpawnedServer, _ clients: [TestClient]) throws {
        rests(server)
        for client in clients { #expect(try client.ask("ainda?\n") == "AINDA?\n") }
        clients.last?.close()
        #expect(try greetedEventually(server) == "Servidor de eco (cliente \(clients.count + 1)).")
        #expect(server.leave() == .status(0))
    }

    /// Connects until the server has noticed that there is room.
    private static func greetedEventually(_ server: SpawnedServer) throws -> String {
        var line = ""
        _ = try Wait.until {
            line = try server.connect().readLine()
            return line.hasPrefix("Servidor de eco")
        }
        return line
    }
}
