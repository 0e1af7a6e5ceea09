// What it costs if there is no memory for a client's thread.
import EcoServer
import Glibc
import LinuxIO
import SimulatedKernel
import TestSupport
import Testing

#if DEBUG
    extension MemoryShortageTests {
        /// The memory of a conversation.
        private static let conversation = 48 << 10...50 << 10
        /// What a thread is told when it starts, in debug builds: `struct thread_start` of CLinux.
        private static let threadStart = 56...56

        @Test(
            "Pitfall 28: for a client's thread or its memory refuses that client where others are served",
            arguments: Model.keeping(.threadPerClient))
        func thread(model: Model) throws {
            try Self.serving(model) { server, plan, _ throws in
                let client = try server.greeted()
                // The memory of a conversation; what its thread is told when it starts.
                for (round, sizes) in [Self.conversation, Self.threadStart].enumerated() {
                    plan.fail(sizes, count: 1)
                    let refused = try server.connect()
                    let line = "Servidor cheio: limite de 1 clientes.\n"
                    #expect(refused.readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
                    #expect(plan.failed == round + 1)
                    let counters = try server.report()
                    #expect(counters[Refusal.resources] == UInt64(round + 1) && counters.clients == 1)
                    #expect(try client.ask("oi\n") == "OI\n")
                }
                #expect(try server.connect().readLine() == "Servidor de eco (cliente 2).")
            }
        }

        @Test(
            "Pitfall 28: for a refused client's thread has it told at once", arguments: Model.keeping(.threadPerClient),
            [true, false])
        func refusal(model: Model, hasMemory: Bool) throws {
            try Self.serving(model, { $0.maxClients = 1 }) { server, plan, _ throws in
                let client = try server.greeted()
                plan.fail(hasMemory ? Self.threadStart : Self.conversation)
                for _ in 0..<3 {
                    let refused = try server.connect()
                    let line = "Servidor cheio: limite de 1 clientes.\n"
                    #expect(refused.readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
                }
                #expect(plan.failed == 3)
                #expect(try client.ask("oi\n") == "OI\n")
                #expect(try server.report()[.full] == 3)
            }
        }

        /// Without a thread: `ShortageTests`, where the system gives none. (A size of allocations to fail says too little here:
        /// the accepting thread serves, and Swift's own objects may be as large.)
        @Test(
            "without any memory for a thread, a client is served all the same",
            arguments: Model.keeping(.threadPerClient))
        func onlyClient(model: Model) throws {
            try Self.serving(model) { server, plan, _ throws in
                // Once with memory: by then the server has all that it reserves.
                try server.greeted().close()
                #expect(try server.reports { $0.clients == 0 })
                plan.fail(Self.conversation)
                for number in 2...4 {
                    let client = try server.connect()
                    #expect(try client.readLine() == "Servidor de eco (cliente \(number)).")
                    #expect(try client.ask("oi\n") == "OI\n")
                    client.close()
                }
                #expect(plan.failed == 3)
                #expect(try server.reports { $0.clients == 0 && $0[Refusal.resources] == 0 })
            }
        }
    }
#endif
