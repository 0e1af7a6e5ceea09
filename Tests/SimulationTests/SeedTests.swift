// The whole server, thousands of times, each time in another world.
#if DEBUG
    import Glibc
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    /// What the environment asks for: `ECO_SEED=n` replays one world, `ECO_SEEDS=n` says how many there are.
    enum Seeds {
        static let one = number("ECO_SEED")
        static let count = number("ECO_SEEDS") ?? 8000
        /// Of loads.
        static let loads = number("ECO_SEEDS") ?? 3000
        static let first = number("ECO_FIRST_SEED") ?? 1
        /// Tests run at the same time: each takes its share of the seeds.
        static let shares = 4

        private static func number(_ name: String) -> UInt64? {
            // SAFETY: getenv(3) returns a C string that lives as long as nobody changes the environment; no test does.
            guard let text = unsafe getenv(name) else { return nil }
            return unsafe UInt64(String(cString: text))
        }
    }

    @Suite("Simulation: random worlds")
    struct SeedTests {
        @Test("The protocol holds in every world", arguments: 0..<Seeds.shares)
        func everyWorld(share: Int) {
            var failures = 0
            for index in stride(
                from: share, to: Int(Seeds.one == nil ? Seeds.count : UInt64(share + 1)), by: Seeds.shares)
            {
                if Seeds.one != nil, share > 0 { return }
                let simulation = Simulation.random(seed: Seeds.one ?? Seeds.first + UInt64(index))
                simulation.run()
                guard let complaint = simulation.complaint else { continue }
                Issue.record("\(complaint)\nreplay with ECO_SEED=\(simulation.seed)")
                failures += 1
                if failures == 3 { return }
            }
        }

        @Test("The same seed makes the same world, call by call")
        func repeats() {
            for seed in 1...20 as ClosedRange<UInt64> {
                let runs = (0..<2).map { _ in Simulation.random(seed: seed) }
                for run in runs { run.run() }
                #expect(runs[0].kernel.trace.count == runs[1].kernel.trace.count)
                #expect(runs[0].kernel.trace.fingerprint == runs[1].kernel.trace.fingerprint)
                #expect(runs[0].kernel.trace.lines == runs[1].kernel.trace.lines)
            }
        }
    }
#endif
