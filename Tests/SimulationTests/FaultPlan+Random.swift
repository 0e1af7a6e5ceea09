// How often simulated calls fail, by chance.
#if DEBUG
    import SimulatedKernel

    extension FaultPlan {
        /// Faults of the calls that every process makes.
        ///
        /// - Parameter chance: decides how often each fault comes; when, the seed decides.
        init(seed: UInt64, rates chance: inout KernelRandom) {
            self.init(seed: seed)
            interruptions = Self.rate(&chance)
            falseAlarms = Self.rate(&chance)
            shortTransfers = Self.rate(&chance)
            memory = Self.rate(&chance)
        }

        /// A server's faults: accepting can fail, too.
        init(ofServer seed: UInt64, rates chance: inout KernelRandom) {
            self.init(seed: seed, rates: &chance)
            acceptShortages = Self.rate(&chance)
            acceptAborts = Self.rate(&chance)
        }

        private static func rate(_ chance: inout KernelRandom) -> Int { chance.pick([0, 0, 5, 50, 300]) }
    }
#endif
