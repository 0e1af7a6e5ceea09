// Known ways to fail, in a simulated world: events and readiness (rows 1, 3, 4, 7, 8, 13 and 15).
#if DEBUG
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of readiness")
    struct PitfallReadinessTests {
        @Test("Pitfall 1: an event of a closed connection does not reach the one that got its slot and descriptor")
        func pitfall1() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.maxPendingBytes = 1000
            kernel.sendCapacity = 300
            let (worst, second, heir) = (Visitor(kernel), Visitor(kernel), Visitor(kernel))
            var number: Int32 = -1
            simulation.steps = [
                .then { worst.connects() },
                .then { second.connects() },
                .then { worst.says(String(repeating: "a", count: 1000)) },
                .then {
                    // In one turn: the second's answer costs the worst its place, the heir takes it, and then comes the
                    // event that there is room for the worst's answers.
                    number = worst.connection.fd
                    let order = [second.connection.fd, kernel.openDescriptors[2], number]
                    kernel.sortsEvents = { _ in order }
                    second.says(String(repeating: "b", count: 900))
                    heir.connects()
                    worst.listens()
                },
                .turn {
                    #expect(worst.isClosed)
                    #expect(heir.connection.fd == number)
                    kernel.sortsEvents = nil
                    simulation.report()
                },
                .then { #expect(simulation.counters.staleEvents == 1) },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 3: a client that ends its side is answered to its last byte",
            arguments: Simulation.Waiting.allCases)
        func pitfall3(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            simulation.kernel.receiveCapacity = 1 << 20
            simulation.plans = [ClientPlan(stream: Array(repeating: 0x61, count: 300_000))]
            simulation.runs()
            #expect(simulation.world.clients[0].received == "Servidor de eco (cliente 1).\n".utf8.count + 300_000)
        }

        @Test("Pitfall 4: a reset while a worker has the texts does not spin", arguments: Simulation.Waiting.allCases)
        func pitfall4(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            simulation.hasWorkers = true
            simulation.prepare = { world, _ in world.workPerMille = 0 }
            let client = Visitor(simulation.kernel)
            var waits = 0
            simulation.steps = [
                .then { client.connects() },
                .then { client.says("ol") },
                .turn { client.connection.clientReset() },
                .wait(.seconds(1)),
                .then { waits = simulation.waits },
                .wait(.seconds(60)),
                .then {
                    #expect(simulation.waits - waits <= 1)
                    #expect(simulation.world.pool!.performNext())
                },
                .then { #expect(client.isClosed) },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 7: a client that sends without end gets one read per turn, and so do the others",
            arguments: Simulation.Waiting.allCases)
        func pitfall7(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            simulation.kernel.receiveCapacity = 4 << 20
            simulation.kernel.sendCapacity = 4 << 20
            let (loud, quiet) = (Visitor(simulation.kernel), Visitor(simulation.kernel))
            simulation.steps = [
                .then { loud.connects() },
                .then { quiet.connects() },
                .then {
                    quiet.listens()
                    loud.says(String(repeating: "a", count: 2 << 20))
                    quiet.says("olá\n")
                },
                .turn {
                    quiet.listens()
                    #expect(quiet.heard.hasSuffix("OLÁ\n"))
                    #expect(loud.connection.totalReadByServer <= 64 << 10)
                },
                .then { loud.listens() },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 8: of three thousand clients that are ready at once, all are served within three turns",
            arguments: [Simulation.Waiting.epoll, .poll])
        func pitfall8(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            let kernel = simulation.kernel
            simulation.limits.maxClients = 5000
            kernel.descriptorLimit = 5000
            let visitors = simulation.crowd(3000)
            func areServed() -> Int { visitors.count { $0.connection.totalReadByServer > 0 } }
            simulation.steps += [
                .then { for visitor in visitors { visitor.says("x") } },
                .turn { #expect(areServed() >= 1000) },
                .turn {},
                .turn { #expect(areServed() == 3000) },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 13: a long backlog is accepted in batches, and connected clients are served in between",
            arguments: Simulation.Waiting.allCases)
        func pitfall13(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            let kernel = simulation.kernel
            kernel.descriptorLimit = 5000
            let inside = Visitor(kernel)
            simulation.steps = [
                .then { inside.connects() },
                .then {
                    for _ in 0..<900 { _ = kernel.connectLocally() }
                    inside.says("ol\n")
                },
                .turn {
                    inside.listens()
                    #expect(inside.heard.hasSuffix("OL\n"))
                    #expect(kernel.acceptances <= 1 + 64)
                },
                .then { #expect(kernel.acceptances == 901) },
            ]
            simulation.runs()
        }

        @Test(
            "Pitfall 15: an idle server sleeps for hours, with clients and without",
            arguments: Simulation.Waiting.allCases)
        func pitfall15(waiting: Simulation.Waiting) {
            let simulation = Simulation(waiting: waiting)
            let kernel = simulation.kernel
            let client = Visitor(kernel)
            var waits = 0
            simulation.steps = [
                .then { waits = simulation.waits },
                .wait(.seconds(3600)),
                .then {
                    #expect(simulation.waits == waits)
                    client.connects()
                },
                .then { client.says("ol\n") },
                .then { waits = simulation.waits },
                .wait(.seconds(3600)),
                .then { #expect(simulation.waits == waits) },
            ]
            simulation.runs()
        }
    }
#endif
