// Known ways to fail, in a simulated world: endings, memory and vanished peers (rows 2, 9, 11, 18, 20 and 21).
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of endings")
    struct PitfallEndingTests {
        @Test("Pitfall 2: bytes behind a goodbye do not destroy its answer")
        func pitfall2() {
            let simulation = Simulation()
            let client = Visitor(simulation.kernel)
            simulation.steps = [
                .then { client.connects() },
                .then { client.says("oi\ntchau\ne mais isto") },
                .then { client.says("e isto") },
                .then { client.says("e ainda isto") },
                .then {
                    client.listens()
                    #expect(client.heard == "Servidor de eco (cliente 1).\nOI\nTCHAU\n")
                    client.connection.clientClose()
                },
                .then { #expect(client.isClosed) },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 9: a client that never reads is not read from, holds at most one read's answer, and is closed in time"
        )
        func pitfall9() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            kernel.sendCapacity = 1000
            kernel.receiveCapacity = 1 << 20
            let client = Visitor(kernel)
            simulation.steps = [
                .then { client.connects() },
                .then { client.says(String(repeating: "a", count: 1 << 20)) },
                .wait(.seconds(1)),
                .then { simulation.report() },
                .then {
                    #expect(client.connection.totalReadByServer <= 64 << 10)
                    #expect(simulation.counters.pendingBytes <= 64 << 10)
                    #expect(simulation.counters.clientsNotReadFrom == 1)
                },
                // A second more for the KiB that its kernel has acknowledged.
                .wait(.seconds(29)),
                .then { #expect(!client.isClosed) },
                .wait(.seconds(2)),
                .then {
                    #expect(client.isClosed)
                    simulation.report()
                },
                .then { #expect(simulation.counters[.writeTimeout] == 1) },
            ]
            simulation.runs()
        }

        @Test("Pitfall 11: an answer to a client that has reset costs that client alone")
        func pitfall11() {
            let simulation = Simulation()
            // What had arrived before the reset is still read, so that there is something to answer.
            simulation.kernel.resetsDestroyUnreadInput = false
            let (gone, other) = (Visitor(simulation.kernel), Visitor(simulation.kernel))
            simulation.steps = [
                .then { gone.connects() },
                .then { other.connects() },
                .then {
                    gone.says("ol\n")
                    gone.connection.clientReset()
                },
                .then {
                    #expect(gone.isClosed)
                    other.says("ol\n")
                },
                .then {
                    other.listens()
                    #expect(other.heard.hasSuffix("OL\n"))
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 18: clients inherit keepalive from the listener, and vanished ones are closed in time")
        func pitfall18() {
            let simulation = Simulation()
            let client = Visitor(simulation.kernel)
            simulation.steps = [
                .then { client.connects() },
                .then {
                    let options = client.connection.inheritedOptions
                    #expect(options[SimulatedOption(level: SOL_SOCKET, name: SO_KEEPALIVE)] == 1)
                    client.listens()
                    client.connection.clientVanishes()
                },
                .wait(.seconds(100)),
                .then { #expect(!client.isClosed) },
                // 45 to 105 s of silence, and six probes 13 s apart.
                .wait(.seconds(84)),
                .then {
                    #expect(client.isClosed)
                    simulation.report()
                },
                .then { #expect(simulation.counters[.broken] == 1) },
            ]
            simulation.runs()
            // All but the time of its own is set on the listener: one call per client.
            #expect(simulation.kernel[calls: .setsockopt] == 6 + 1)
        }

        @Test("Pitfall 20: many slow readers together hold no more than the bound on the sum")
        func pitfall20() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.maxPendingBytes = 10_000
            kernel.sendCapacity = 100
            let visitors = simulation.crowd(100)
            simulation.steps += [
                .then { for visitor in visitors { visitor.says(String(repeating: "a", count: 600)) } },
                .then {
                    #expect(visitors.count { !$0.isClosed } >= 10)
                    #expect(visitors.count { $0.isClosed } >= 80)
                    simulation.report()
                },
                .then {
                    #expect(simulation.counters.pendingBytes <= 10_000)
                    #expect(simulation.counters[.pendingLimit] >= 80)
                    for visitor in visitors { visitor.connection.clientReset() }
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 21: lingering is bounded in time, in bytes, and refusals in number")
        func pitfall21() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.limits = ServerLimits(maxClients: 2, maxRefusals: 3)
            kernel.receiveCapacity = 3 << 20
            let (patient, flooding) = (Visitor(kernel), Visitor(kernel))
            var refused: [Visitor] = []
            simulation.steps = [
                .then {
                    patient.connects()
                    flooding.connects()
                },
                .then {
                    refused = (0..<20).map { _ in Visitor(kernel) }
                    for visitor in refused { visitor.connects() }
                },
                .then {
                    #expect(refused.count { !$0.isClosed } == 3)
                    patient.says("tchau\n")
                    flooding.says("tchau\n")
                    flooding.says(String(repeating: "a", count: 2 << 20))
                },
                .then {
                    #expect(flooding.isClosed)
                    #expect(!patient.isClosed)
                },
                .wait(.milliseconds(2300)),
                .then {
                    #expect(patient.isClosed)
                    #expect(refused.count { !$0.isClosed } == 0)
                },
            ]
            simulation.runs()
        }
    }
#endif
