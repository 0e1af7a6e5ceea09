// The whole server, thousands of times, each time in another world.
#if DEBUG
    import Glibc
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation")
    struct SimulationTests {
        @Test("One polite client is greeted, answered and let go")
        func onePoliteClient() {
            let simulation = Simulation()
            simulation.plans = [ClientPlan(stream: Array("olá\nmundo ß\n".utf8), segments: [3], pause: 1000)]
            simulation.run()
            if let complaint = simulation.complaint { Issue.record("\(complaint)") }
            #expect(simulation.outcome == .drained)
            #expect(simulation.world.clients[0].received == "Servidor de eco (cliente 1).\nOLÁ\nMUNDO SS\n".utf8.count)
        }
    }
#endif
