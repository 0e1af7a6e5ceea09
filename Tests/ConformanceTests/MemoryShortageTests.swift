// What an allocation that fails costs: one connection, and the server goes on.
import EcoServer
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

#if DEBUG
    /// The allocations of the thread that serves fail as each test plans it, told by their sizes: those of the text that the
    /// test sends, and of the tables that it fills.
    @Suite(
        "A shortage of memory", .serialized,
        .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
    struct MemoryShortageTests {
        private static let slots = 1024
        private static let text = String(repeating: "x", count: 4_999) + "\n"
        /// What has to be kept of its answer when the kernel takes ten bytes.
        private static let rest = 4_990...4_990
        /// What a worker is handed for it: the read, room for three times as much, and some hundred bytes.
        private static let batch = 15_000...16_000

        /// Serves with a plan for the serving thread's allocations; afterwards the server must have left in good order.
        static func serving(
            _ model: Model, _ configure: (inout ServerConfiguration) -> Void = { _ in },
            _ body: (HostedServer, AllocationPlan, ScriptedKernel) throws -> Void
        ) throws {
            let plan = AllocationPlan()
            let kernel = ScriptedKernel()
            let prepare: @Sendable () -> Void = {
                kernel.install()
                plan.obey()
            }
            try HostedServer.serving(model, configure, prepare: prepare) { server in
                try body(server, plan, kernel)
                plan.watch(1...1)
                #expect(server.leave() == .drained)
            }
        }

        @Test(
            "Pitfall 28: for an answer that has to be kept costs that client its connection, and nobody else anything",
            arguments: Model.keeping(.politeShortage))
        func pitfall28(model: Model) throws {
            try Self.serving(model) { server, plan, kernel throws in
                let (witness, slow) = (try server.greeted(), try server.greeted())
                plan.fail(Self.rest, count: 1)
                kernel.give(2, room: 10)
                try slow.send(Self.text)
                #expect(slow.readToEnd().bytes == [UInt8](repeating: UInt8(ascii: "X"), count: 10))
                #expect(plan.failed == 1)
                #expect(try server.reports { $0[Ending.resources] == 1 && $0.clients == 1 && $0.pendingBytes == 0 })

                // With memory again, answers are kept, and given back.
                plan.watch(4_990...5_050)
                let patient = try server.greeted()
                kernel.give(3, room: 10)
                try patient.send(Self.text)
                #expect(try server.reports { $0.pendingBytes == Self.rest.lowerBound })
                #expect(plan.live == 1)
                #expect(try witness.ask("oi\n") == "OI\n")
                kernel.give(3, room: 1 << 20)
                #expect(try patient.read(Self.text.utf8.count) == Array(Self.text.uppercased().utf8))
                #expect(try server.reports { $0.pendingBytes == 0 })
                #expect(plan.live == 0)
            }
        }

        @Test(
            "Pitfall 28: for texts on their way to a worker costs that client its connection",
            arguments: Model.keeping(.workers))
        func batch(model: Model) throws {
            try Self.serving(model) { server, plan, _ throws in
                let (witness, unlucky) = (try server.greeted(), try server.greeted())
                plan.fail(Self.batch, count: 1)
                try unlucky.send(Self.text)
                #expect(unlucky.readToEnd().bytes.isEmpty)
                #expect(plan.failed == 1)
                #expect(try server.reports { $0[Ending.resources] == 1 && $0.clients == 1 })

                plan.watch(Self.batch)
                for _ in 0..<3 { #expect(try witness.ask(Self.text) == Self.text.uppercased()) }
                #expect(try server.reports { $0.clientsNotReadFrom == 0 })
                #expect(plan.live == 0)
            }
        }

        @Test(
            "Pitfall 28: for the list of those who wait for the workers costs the client its connection",
            arguments: Model.keeping(.workers))
        func stalled(model: Model) throws {
            let configure: (inout ServerConfiguration) -> Void = {
                // A batch fills it, and takes its time.
                $0.maxPendingBytes = 10_000
                $0.work = .sleep(.milliseconds(200))
                $0.workers = 1
            }
            try Self.serving(model, configure) { server, plan, kernel throws in
                let (busy, unlucky) = (try server.greeted(), try server.greeted())
                // The first list is of 16 tokens.
                plan.fail(128...128, count: 1)
                // The loop hears of them in one turn, in the order in which they were sent.
                try kernel.inOneTurn({ server.control.report() }) {
                    try busy.send(Self.text)
                    try unlucky.send("oi\n")
                }
                #expect(unlucky.readToEnd().bytes.isEmpty)
                #expect(plan.failed == 1)
                #expect(try busy.read(Self.text.utf8.count) == Array(Self.text.uppercased().utf8))
                #expect(try server.reports { $0[Ending.resources] == 1 && $0.clients == 1 })
            }
        }

        @Test(
            "Pitfall 28: for more slots in the table refuses the next client, and accepts again once there is some",
            arguments: Model.keeping(.politeShortage, descriptors: 4096))
        func slots(model: Model) throws {
            _ = try DescriptorLimit.raise()
            try CrowdGate.shared.crowded {
                try Self.serving(model, { $0.maxClients = 2 * Self.slots }) { server, plan, _ throws in
                    let clients = try (0..<Self.slots).map { _ in try server.greeted() }
                    plan.fail(32 << 10...32 << 10)
                    for _ in 0..<2 {
                        let refused = try server.connect()
                        let line = "Servidor cheio: limite de \(Self.slots) clientes.\n"
                        #expect(refused.readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
                    }
                    #expect(plan.failed >= 2)
                    let counters = try server.report()
                    #expect(counters.clients == Self.slots && counters[Refusal.resources] == 2)
                    #expect(try clients[Self.slots - 1].ask("oi\n") == "OI\n")

                    // A slot that is free needs no memory.
                    clients[0].close()
                    #expect(try server.reports { $0.clients == Self.slots - 1 })
                    #expect(try server.connect().readLine() == "Servidor de eco (cliente \(Self.slots + 1)).")
                    plan.watch(32 << 10...33 << 10)
                    #expect(try server.connect().readLine() == "Servidor de eco (cliente \(Self.slots + 2)).")
                    #expect(plan.live == 1)
                }
            }
        }

        @Test(
            "Pitfall 28: for another address refuses its client",
            arguments: Model.keeping(.politeShortage, descriptors: 4096))
        func addresses(model: Model) throws {
            _ = try DescriptorLimit.raise()
            let configure: (inout ServerConfiguration) -> Void = {
                $0.maxClients = 2 * Self.slots
                $0.maxClientsPerAddress = 2
            }
            try CrowdGate.shared.crowded {
                try Self.serving(model, configure) { server, plan, kernel throws in
                    for host in 0..<Self.slots {
                        kernel.call(host + 1, .ipv4(0x0A00_0000 + UInt32(host), port: 1))
                        _ = try server.greeted()
                    }
                    // The table of addresses is full, that of connections not any more: one of the addresses has two.
                    kernel.call(Self.slots + 1, .ipv4(0x0A00_0000, port: 1))
                    _ = try server.greeted()
                    plan.fail(32 << 10...32 << 10, count: 1)
                    kernel.call(Self.slots + 2, .ipv4(0x0B00_0000, port: 1))
                    let line = "Servidor cheio: limite de \(Self.slots + 1) clientes.\n"
                    #expect(try server.connect().readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
                    #expect(plan.failed == 1)
                    #expect(try server.report()[Refusal.resources] == 1)
                    kernel.call(Self.slots + 3, .ipv4(0x0B00_0000, port: 1))
                    #expect(try server.connect().readLine() == "Servidor de eco (cliente \(Self.slots + 2)).")
                }
            }
        }

        /// Not models with a thread per client: without memory for a thread they throw, and the test library describes what is thrown in
        /// memory of its own, on the thread that has none. `thread`, `refusal` and `onlyClient` are their tests.
        @Test(
            "Pitfall 28: for any allocation is survived by the serving thread, from the greeting to the end",
            arguments: Model.lacking(.threadPerClient))
        func nothing(model: Model) throws {
            try Self.serving(model) { server, plan, kernel throws in
                func talk() throws {
                    let client = try server.greeted()
                    #expect(try client.ask("não há ação\n") == "NÃO HÁ AÇÃO\n")
                    #expect(try client.ask("tchau\n") == "TCHAU\n")
                    #expect(client.readToEnd().bytes.isEmpty)
                    client.close()
                    try server.greeted().reset()
                }
                // Once with memory: the runtime prepares itself for what it does the first time.
                try talk()
                if model.keeps(.workers) {
                    let client = try server.greeted()
                    plan.fail(atLeast: 1)
                    try client.send("oi\n")
                    #expect(client.readToEnd().bytes.isEmpty)
                } else {
                    plan.fail(atLeast: 1)
                    for _ in 0..<3 { try talk() }
                }
                #expect(server.leave() == .drained)
            }
        }
    }
#endif
