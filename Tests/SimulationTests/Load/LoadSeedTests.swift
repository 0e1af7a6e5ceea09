// The load generator, thousands of times, each time with another load on another server.
#if DEBUG
    import Testing

    @Suite("Simulation: random loads")
    struct LoadSeedTests {
        @Test("A load reports what happened, and gives each server the right verdict", arguments: 0..<Seeds.shares)
        func everyLoad(share: Int) { Seeds.run(LoadSimulation.self, share: share, of: Seeds.loads) }

        @Test("The same seed makes the same load and the same world, call by call")
        func repeats() { Seeds.repeatEach(LoadSimulation.self, 1...40) }
    }
#endif
