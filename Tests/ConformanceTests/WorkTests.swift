// Simulated work, hand-over to workers, and what texts cost.
import EcoProtocol
import LinuxIO
import Logging
import Reactor
import SimulatedKernel
import TestSupport
import Testing

@testable import EcoServer

#if canImport(CountAllocations)
    import CountAllocations
#endif

@Suite("Work", .serialized)
struct WorkTests {
    @Test("is done for each text, newline or not", arguments: Model.all)
    func perText(model: Model) throws {
        try HostedServer.serving(model, { $0.work = .sleep(.milliseconds(5)) }) { server throws in
            let client = try server.greeted()
            var start = Instant.now
            #expect(try client.ask("um\ndois\ntrês\n") == "UM\nDOIS\nTRÊS\n")
            #expect(.now - start >= .milliseconds(15))
            start = .now
            #expect(try client.ask("um\ndois") == "UM\nDOIS")
            #expect(.now - start >= .milliseconds(10))
        }
    }

    @Test("can keep the processor busy for a given time", arguments: Model.all)
    func computes(model: Model) throws {
        try HostedServer.serving(model, { $0.work = .cpu(.milliseconds(2)) }) { server throws in
            let client = try server.greeted()
            let start = Instant.now
            #expect(try client.ask("um\ndois\n") == "UM\nDOIS\n")
            #expect(.now - start >= .milliseconds(4))
        }
    }

    @Test("of one client does not hold up another", arguments: Model.keeping(.independentWork))
    func meanwhile(model: Model) throws {
        try HostedServer.serving(model, { $0.work = .sleep(.milliseconds(50)) }) { server throws in
            let busy = try server.greeted()
            let other = try server.greeted()
            try busy.send(String(repeating: "trabalho\n", count: 20))
            #expect(try other.ask("e eu?\n") == "E EU?\n")
            #expect(busy.readNow().bytes.isEmpty, "the one with twenty times the work was first")
            #expect(try busy.read(20 * 9).count == 180)
        }
    }

    @Test("that keeps the loop busy for longer than a tick in every turn does not suspend the idle timeout")
    func alwaysBusy() throws {
        let configure: (inout ServerConfiguration) -> Void = {
            $0.work = .sleep(.milliseconds(150))
            $0.idleTimeout = .seconds(1)
        }
        try HostedServer.serving(try Model.named("reactor"), configure) { server throws in
            let (silent, first, second) = (try server.greeted(), try server.greeted(), try server.greeted())
            // Two take turns, so that one always waits; twenty seconds' worth.
            try first.send("a\n")
            var told: [UInt8] = []
            for _ in 0..<60 where !told.contains(UInt8(ascii: "\n")) {
                try second.send("b\n")
                #expect(try first.readLine() == "A")
                try first.send("a\n")
                #expect(try second.readLine() == "B")
                told += silent.readNow().bytes
            }
            #expect(String(decoding: told, as: UTF8.self) == "Tempo esgotado: 1 s sem mensagens.\n")
        }
    }

    #if DEBUG
        @Test("of many texts takes one wake-up of a worker")
        func wakeUps() throws {
            let pool = try WorkerPool(threads: 2, work: .none, invalidBytes: .keep)
            let kernel = ScriptedKernel()
            var configuration = ServerConfiguration()
            configuration.hosts = ["127.0.0.1"]
            configuration.port = 0
            let limits = ServerLimits(maxClients: 100, maxRefusals: 1)
            let keeps = try Model.named("workers").type.keeps
            let server = try HostedServer(configuration, limits, keeps, { kernel.install() }) { service, listeners in
                var reactor = try ReactorServer<EpollPoller>(service, listeners, pool: pool)
                return try reactor.run()
            }
            defer { pool.close() }
            try server.use { server throws in
                let clients = try (0..<50).map { _ in try server.greeted() }
                #expect(try clients[0].ask("a") == "A")
                let before = pool.wakeUps
                try kernel.inOneTurn({ server.control.report() }) {
                    for client in clients { try client.send("um\ndois\ntrês\n") }
                }
                for client in clients { #expect(try client.read(14).count == 14) }
                #expect(pool.wakeUps == before + 1)
                #expect(try server.report().texts == 1 + 3 * 50)
            }
        }

        #if canImport(CountAllocations)
            @Test(
                "of the reactor allocates nothing for a text, ASCII or Portuguese",
                .enabled(if: count_allocations_is_on(), "a sanitizer brings its own malloc"))
            func allocations() throws {
                let model = try Model.named("reactor")
                try CutTests.serving(model) { server, kernel throws in
                    let client = try server.greeted()
                    let texts = ["bom dia\n", "não há ação sem reação\n", "sem newline", "a\nb\nc\n", "ß ŉ ΐ\n"]
                    let answers = texts.map { $0.unicodeScalars.map(\.properties.uppercaseMapping).joined().utf8.count }
                    func talk() throws {
                        for (text, answer) in zip(texts, answers) { _ = try client.ask(text, answerCount: answer) }
                    }
                    for _ in 0..<20 { try talk() }
                    // How much the reading thread has allocated at each of its next reads.
                    let notes = Monitor<[UInt64]>([])
                    notes.withLock { $0.reserveCapacity(200) }
                    kernel.script.every(.recv).happens(after: {
                        notes.withLock { notes in
                            if notes.count < notes.capacity { notes.append(count_allocations_of_this_thread()) }
                        }
                    })
                    for _ in 0..<50 { try talk() }
                    let counts = notes.withLock { $0 }
                    #expect(counts.count >= 200)
                    #expect(counts.first == counts.last)
                }
            }
        #endif
    #endif
}
