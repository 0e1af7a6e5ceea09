// The whole server, thousands of times, each time in another world.
#if DEBUG
    import Testing

    @Suite("Simulation: worlds")
    struct SeedTests {
        @Test("One client is greeted, answered and closed")
        func onePoliteClient() {
            let simulation = Simulation()
            simulation.plans = [ClientPlan(stream: Array("olá\nmundo ß\n".utf8), segments: [3], pause: 1000)]
            simulation.runs()
            #expect(simulation.world.clients[0].received == "Servidor de eco (cliente 1).\nOLÁ\nMUNDO SS\n".utf8.count)
        }

        @Test("The protocol holds in every world", arguments: 0..<Seeds.shares)
        func everyWorld(share: Int) { Seeds.run(Simulation.self, share: share, of: Seeds.count) }

        @Test("The same seed makes the same world, call by call")
        func repeats() { Seeds.repeatEach(Simulation.self, 1...20) }
    }
#endif
