// The load generator, thousands of times, each time with another load on another server.
#if DEBUG
    import SimulatedKernel
    import Testing

    @Suite("Simulation: random loads")
    struct LoadSeedTests {
        @Test("A load's figures are what happened, and each server is called what it is", arguments: 0..<Seeds.shares)
        func everyLoad(share: Int) {
            var failures = 0
            for index in stride(
                from: share, to: Int(Seeds.one == nil ? Seeds.loads : UInt64(share + 1)), by: Seeds.shares)
            {
                if Seeds.one != nil, share > 0 { return }
                let simulation = LoadSimulation.random(seed: Seeds.one ?? Seeds.first + UInt64(index))
                simulation.run()
                guard let complaint = simulation.complaint else { continue }
                Issue.record("\(complaint)\nreplay with ECO_SEED=\(simulation.seed)")
                failures += 1
                if failures == 3 { return }
            }
        }

        @Test("The same seed makes the same load and the same world, call by call")
        func repeats() {
            for seed in 1...40 as ClosedRange<UInt64> {
                let runs = (0..<2).map { _ in LoadSimulation.random(seed: seed) }
                for run in runs { run.run() }
                #expect(runs[0].network.trace.count == runs[1].network.trace.count)
                #expect(runs[0].network.trace.fingerprint == runs[1].network.trace.fingerprint)
                #expect(runs[0].network.trace.lines == runs[1].network.trace.lines)
            }
        }
    }
#endif
