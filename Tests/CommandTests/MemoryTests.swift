// What an idle client costs the release build, in memory of its process.
import EcoServer
import Glibc
import LinuxIO
import TestSupport
import Testing

extension CapacityTests {
    /// Inside of `CapacityTests`, whose turns it takes: both need all descriptors.
    @Suite("Memory", .blocking, .serialized)
    struct MemoryTests {
        private static let clients = 10_000

        /// What an idle client may take; a poller that keeps its list of descriptors itself has 20 bytes for each, with room for as many
        /// again.
        private static func bytesPerClient(_ model: Model) -> Int { model.type.variantOf == nil ? 64 : 64 + 2 * 20 }

        /// The release build that `make test` has made.
        private let executable: String

        init() throws {
            _ = try DescriptorLimit.raise()
            executable = try #require(
                unsafe getenv("ECO_RELEASE_BINARY").map { unsafe String(cString: $0) },
                "ECO_RELEASE_BINARY does not name the release build: make test sets it, after make build")
            try #require(unsafe access(executable, X_OK) == 0, "\(executable) cannot be run: make build")
        }

        @Test(
            "of a server on an event loop is 64 bytes per idle client at most, before its traffic and after; more where it keeps a list",
            arguments: Model.keeping(.eventLoop, descriptors: 2 * clients))
        func idleClients(model: Model) throws {
            let arguments = ["--model", model.name, "--host", "127.0.0.1"]
            try CrowdGate.shared.crowded {
                try SpawnedServer.serving(arguments, executable: executable) { server throws in
                    let warm = try server.greeted()
                    #expect(try warm.ask("quente já\n") == "QUENTE JÁ\n")
                    let before = Self.settled(server)
                    var clients: [TestClient] = []
                    for _ in 1..<Self.clients { clients.append(try server.greeted()) }
                    let idle = Self.settled(server) - before
                    #expect(
                        idle <= Self.clients * Self.bytesPerClient(model), "\(idle) bytes for \(Self.clients) clients")

                    for _ in 0..<2 {
                        for client in clients { try client.send("olá, servidor\n") }
                        for client in clients { #expect(try client.readLine() == "OLÁ, SERVIDOR") }
                    }
                    // A server gives memory back when it has been quiet for a moment.
                    let bound = Self.clients * Self.bytesPerClient(model)
                    _ = Wait.until(seconds: 5) { server.proc.privateBytes - before <= bound }
                    let after = Self.settled(server) - before
                    #expect(after <= bound, "\(after) bytes for \(Self.clients) clients")
                }
            }
        }

        @Test("of large pending answers is freed once they are taken", arguments: Model.keeping(.pendingBound))
        func drained(model: Model) throws {
            // The buffers of Unix sockets have a fixed size, and are full soon.
            let path = "/tmp/eco-memory-\(getpid()).sock"
            defer { unsafe unlink(path) }
            let arguments = ["--model", model.name, "--unix", path]
            try SpawnedServer.serving(arguments, executable: executable) { server throws in
                let clients = try (0..<200).map { _ in try server.connect(to: .unix(path)) }
                for client in clients { #expect(try client.readLine().hasPrefix("Servidor de eco")) }
                for client in clients { #expect(try client.ask("quente já\n") == "QUENTE JÁ\n") }
                let before = Self.settled(server)

                // Each gets three times as much back: it fills the kernel's buffers, then the server's.
                let text = [UInt8](String(repeating: "ŉ", count: 32 << 10).utf8)
                let rest = Array(text.dropFirst())
                var sent = [Int](repeating: 0, count: clients.count)
                let arePending = try Wait.until(seconds: 60) {
                    for (index, client) in clients.enumerated() {
                        // The kernel may have taken half a character.
                        sent[index] += client.sendNow(sent[index] % 2 == 0 ? text : rest) ?? 0
                    }
                    return try server.report()["clientsNotReadFrom"] == clients.count
                }
                #expect(arePending)
                let pending = try server.report()["pendingBytes"]
                #expect(pending > 4 << 20)
                #expect(Self.settled(server) - before > pending / 2)

                try Self.readAll(clients, sent.map { $0 / 2 * 3 })
                #expect(try Wait.until { try server.report()["pendingBytes"] == 0 })
                // 256 KiB for tables and the allocator, and what lines that waited for a busy machine have touched: two buffers.
                let bound = clients.count * Self.bytesPerClient(model) + (256 << 10) + 2 * (128 << 10)
                #expect(Wait.until(seconds: 5) { server.proc.privateBytes - before <= bound })
                let kept = server.proc.privateBytes - before
                #expect(kept <= bound, "\(kept) bytes are still there")
            }
        }

        /// Reads the pending answers of each client.
        private static func readAll(_ clients: [TestClient], _ counts: [Int]) throws {
            var left = counts
            let deadline = Instant.now + .seconds(60)
            while let _ = left.firstIndex(where: { $0 > 0 }) {
                let waiting = clients.indices.filter { left[$0] > 0 }
                guard .now < deadline else { throw TestFailure("\(waiting.count) clients have not got all") }
                let ready = Poll.readable(waiting.map { clients[$0].number }, timeout: .seconds(1))
                guard case .ready(let positions) = ready else { continue }
                for index in positions.map({ waiting[$0] }) {
                    let next = clients[index].readNow()
                    guard !next.bytes.isEmpty || next.end == .timedOut else { throw TestFailure("\(next.end)") }
                    left[index] -= next.bytes.count
                }
            }
        }

        /// Its private memory, once that does not change any more.
        private static func settled(_ server: SpawnedServer) -> Int {
            var last = -1
            _ = Wait.until(seconds: 5) {
                let before = last
                Wait.pause(.milliseconds(20))
                last = server.proc.privateBytes
                return last == before
            }
            return last
        }
    }
}
