// Random worlds by the thousand.
#if DEBUG
    import Glibc
    import SimulatedKernel
    import Testing

    /// What the environment asks for: `ECO_SEED=n` replays one world, `ECO_SEEDS=n` says how many there are.
    enum Seeds {
        private static let one = number("ECO_SEED")
        private static let first = number("ECO_FIRST_SEED") ?? 1
        static let count = number("ECO_SEEDS") ?? 8000
        /// Loads take longer than a server alone.
        static let loads = number("ECO_SEEDS") ?? 2000
        /// Tests run at the same time: each takes its share of the seeds.
        static let shares = 4

        private static func number(_ name: String) -> UInt64? {
            // SAFETY: getenv(3) returns a C string that lives as long as nobody changes the environment; no test does.
            guard let text = unsafe getenv(name) else { return nil }
            return unsafe UInt64(String(cString: text))
        }

        /// The seeds of one share of so many worlds; the first share has the seed that is to be replayed, if there is one.
        private static func seeds(share: Int, of count: UInt64) -> [UInt64] {
            if let one { return share == 0 ? [one] : [] }
            return stride(from: UInt64(share), to: count, by: shares).map { first + $0 }
        }

        /// Runs one share of so many worlds, up to the third that fails.
        static func run<S: SeededSimulation>(_ kind: S.Type, share: Int, of count: UInt64) {
            var failures = 0
            for seed in seeds(share: share, of: count) {
                let simulation = kind.random(seed: seed)
                simulation.run()
                guard let complaint = simulation.complaint else { continue }
                Issue.record("\(complaint)\nreplay with ECO_SEED=\(seed)")
                failures += 1
                if failures == 3 { return }
            }
        }

        /// Runs each world twice, and compares call by call.
        static func repeatEach<S: SeededSimulation>(_ kind: S.Type, _ seeds: ClosedRange<UInt64>) {
            for seed in seeds {
                let runs = (0..<2).map { _ in kind.random(seed: seed) }
                for run in runs { run.run() }
                let (first, second) = (runs[0].kernel.trace, runs[1].kernel.trace)
                #expect(first.count == second.count)
                #expect(first.fingerprint == second.fingerprint)
                #expect(first.lines == second.lines)
            }
        }
    }
#endif
