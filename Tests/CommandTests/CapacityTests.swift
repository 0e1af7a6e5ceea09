// Thousands of clients, and what happens when there is no room for another.
import Glibc
import LinuxIO
import TestSupport
import Testing

/// The models are named where they differ: those with an event loop refuse politely when descriptors run out.
///
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

    @Test(
        "ends politely where descriptors do, without spinning, and comes back when a client leaves",
        arguments: [
            "reactor", "workers", "poll", "select",
        ])
    func outOfDescriptors(model: String) throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 64
        options.extraDescriptors = 40
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"], options: options) { server throws in
            var clients: [TestClient] = []
            var refusal = ""
            while refusal.isEmpty, clients.count < 64 {
                let client = try server.connect()
                let line = try client.readLine()
                if line.hasPrefix("Servidor de eco") { clients.append(client) } else { refusal = line }
            }
            #expect((1..<28).contains(clients.count), "the 40 descriptors were to leave less room than the limit")
            #expect(refusal == "Servidor cheio: limite de \(clients.count) clientes.")
            for _ in 0..<10 {
                let refused = try TestClient(.loopback(port: server.port)).readToEnd()
                #expect(refused == .init(bytes: Array((refusal + "\n").utf8), end: .endOfStream))
            }
            #expect(try server.report()["refused.descriptors"] == 11)

            // No client waits and nothing is due.
            let time = server.proc.processorTime
            Wait.pause(.milliseconds(500))
            #expect(server.proc.processorTime - time < .milliseconds(100))
            for client in clients { #expect(try client.ask("ainda?\n") == "AINDA?\n") }

            clients.removeLast().close()
            #expect(try Self.greetedEventually(server) == "Servidor de eco (cliente \(clients.count + 2)).")
            #expect(server.leave() == .status(0))
        }
    }

    @Test(
        "of a lesson's model out of descriptors: the next client waits, without spinning, until another leaves",
        arguments: [
            "threads", "sequential",
        ])
    func lessonOutOfDescriptors(model: String) throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 64
        options.extraDescriptors = model == "threads" ? 40 : 53
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"], options: options) { server throws in
            // More than there is room for; the kernel keeps the others.
            let clients = try (0..<40).map { _ in try server.connect() }
            #expect(try clients[0].readLine() == "Servidor de eco (cliente 1).")
            let time = server.proc.processorTime
            Wait.pause(.milliseconds(500))
            #expect(server.proc.processorTime - time < .milliseconds(100))
            for client in clients {
                try client.send("tchau\n")
                #expect(client.readToEnd().text.hasSuffix("TCHAU\n"))
                client.close()
            }
            #expect(server.leave() == .status(0))
        }
    }

    @Test("of select ends at descriptor 1024: a client that gets a higher one is refused, and the log says why")
    func selectBeyondItsEnd() throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 4096
        options.extraDescriptors = 1000
        try SpawnedServer.serving(["--model", "select", "--host", "127.0.0.1"], options: options) { server throws in
            var clients: [TestClient] = []
            var refusal = ""
            while refusal.isEmpty, clients.count < 24 {
                let client = try server.connect()
                let line = try client.readLine()
                if line.hasPrefix("Servidor de eco") { clients.append(client) } else { refusal = line }
            }
            #expect(!clients.isEmpty && refusal == "Servidor cheio: limite de \(clients.count) clientes.")
            for _ in 0..<10 {
                let refused = try TestClient(.loopback(port: server.port)).readToEnd()
                #expect(refused == .init(bytes: Array((refusal + "\n").utf8), end: .endOfStream))
            }
            #expect(try server.report()["refused.descriptors"] == 11)
            // Once, however many clients come.
            let told = server.process.errors.split(separator: "\n").filter { $0.contains("clients are refused") }
            #expect(told.count == 1 && told.first?.contains("select(2) watches descriptors below 1024 only") == true)
            let time = server.proc.processorTime
            Wait.pause(.milliseconds(500))
            #expect(server.proc.processorTime - time < .milliseconds(100))
            for client in clients { #expect(try client.ask("ainda?\n") == "AINDA?\n") }
            clients.removeLast().close()
            #expect(try Self.greetedEventually(server) == "Servidor de eco (cliente \(clients.count + 2)).")
            #expect(server.leave() == .status(0))
        }
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
