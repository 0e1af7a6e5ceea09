// Known ways to fail, in a simulated world: answers that are still on their way when a session or the server ends (row 26), and
// clients that still wait to be let in.
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of leaving")
    struct PitfallLeavingTests {
        /// A client that says 200,000 letters and this ending. All answers have room in its queues, and more than lingering drops.
        private static func pipeliner(_ ending: String = "") -> (Simulation, Visitor) {
            let simulation = Simulation()
            simulation.kernel.sendCapacity = 300_000
            simulation.kernel.receiveCapacity = 2 << 20
            let client = Visitor(simulation.kernel)
            simulation.steps = [
                .then { client.connects() },
                .then { client.says(String(repeating: "a", count: 200_000) + ending) },
            ]
            return (simulation, client)
        }

        /// The client goes on writing before it reads, and must have got its answers with this ending.
        private static func writesOn(_ simulation: Simulation, _ client: Visitor, hears ending: String = "") {
            for _ in 0..<4 { simulation.steps.append(.then { client.says(String(repeating: "b", count: 1 << 20)) }) }
            simulation.steps += [
                .wait(.seconds(5)),
                .then {
                    client.listens()
                    let answer = String(repeating: "A", count: 200_000) + ending
                    #expect(client.heard == "Servidor de eco (cliente 1).\n" + answer)
                },
                .then { client.connection.clientClose() },
            ]
            simulation.runs()
        }

        @Test("Pitfall 26: what a client sends behind its goodbye does not cost it answers that it has not read yet")
        func pitfall26() {
            let (simulation, client) = Self.pipeliner("\ntchau\n")
            Self.writesOn(simulation, client, hears: "\nTCHAU\n")
        }

        @Test("Pitfall 26: leaving loses no answer to a client that goes on writing before it reads")
        func pitfall26Leaving() {
            let (simulation, client) = Self.pipeliner()
            simulation.steps += [
                .then { simulation.world.leave() },
                // What it sends from here on comes after the server has looked at its queue.
                .wait(.milliseconds(1)),
            ]
            Self.writesOn(simulation, client)
        }

        @Test(
            "Pitfall 26: a server that leaves and cuts off a client with pending answers reports that",
            arguments: [true, false])
        func pitfall26Status(isWriteTimeoutFirst: Bool) {
            let (simulation, _) = Simulation.slowReader(
                owed: 3000, queue: 1000, writeTimeout: .seconds(isWriteTimeoutFirst ? 3 : 30))
            simulation.steps.append(.then { simulation.world.leave() })
            simulation.runs(.cut(clients: 1))
        }

        @Test("Leaving greets clients in the backlog even if accepting is paused for lack of memory")
        func leavingWhilePaused() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            kernel.script.the(1...3, .accept4).fails(with: ENOMEM)
            let client = Visitor(kernel)
            simulation.steps = [
                .then { client.connects() },
                .then {
                    #expect(!kernel.isAccepting)
                    simulation.world.leave()
                },
                .wait(.milliseconds(500)),
                .then {
                    client.listens()
                    #expect(client.heard == "Servidor de eco (cliente 1).\n")
                    client.connection.clientClose()
                },
            ]
            simulation.runs()
        }

        @Test("Leaving greets a client in the backlog once another has given up its descriptor")
        func leavingWithoutDescriptors() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            let (inside, waiting) = (Visitor(kernel), Visitor(kernel))
            simulation.steps = [
                .then { inside.connects() },
                .then {
                    inside.listens()
                    // No descriptor for another client, and the reserve does not help.
                    kernel.descriptorLimit = Int(kernel.openDescriptors.max()!) + 1
                    kernel.script.the(1...4, .accept4).fails(with: ENFILE)
                },
                .then { waiting.connects() },
                .turn { simulation.world.leave() },
                .then { inside.connection.clientClose() },
                .wait(.milliseconds(300)),
                .then {
                    waiting.listens()
                    #expect(waiting.heard == "Servidor de eco (cliente 2).\n")
                    waiting.connection.clientClose()
                },
            ]
            simulation.runs()
        }
    }
#endif
