// Simulations whose worlds come from seeds.
#if DEBUG
    import SimulatedKernel

    /// A simulation whose settings can be decided by a seed.
    protocol SeededSimulation: AnyObject {
        /// Odd; it gives each kind of simulation numbers of its own from the same seed.
        static var multiplier: UInt64 { get }

        init()
        var seed: UInt64 { get set }
        var kernel: SimulatedKernel { get }
        /// What to print when something is wrong.
        var complaint: String? { get }

        /// Decides everything that may differ between worlds.
        func choose(_ random: inout KernelRandom)
        func run()
    }

    extension SeededSimulation {
        /// The world of this seed: the same settings, clients and faults each time.
        static func random(seed: UInt64) -> Self {
            let simulation = Self()
            simulation.seed = seed
            var random = KernelRandom(seed: seed &* multiplier)
            simulation.choose(&random)
            return simulation
        }
    }
#endif
