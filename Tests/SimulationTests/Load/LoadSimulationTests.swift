// The load generator in worlds that a test writes down.
#if DEBUG
    import SimulatedKernel
    import Testing
    @testable import EcoLoad
    @testable import EcoServer

    @Suite("Simulation: a load")
    struct LoadSimulationTests {
        /// Runs, and records whatever the kernel or the referee complains of.
        static func run(_ configure: (LoadSimulation) -> Void) throws -> Measurements {
            let simulation = LoadSimulation()
            configure(simulation)
            simulation.run()
            if let complaint = simulation.complaint { Issue.record("\(complaint)") }
            return try #require(simulation.measurements)
        }

        @Test("on a server that is right is answered, byte by byte, and lets everybody go")
        func rightServer() throws {
            let measurements = try Self.run { simulation in
                simulation.script = ServerScript(sendDelay: 1_000_000)
            }
            #expect(measurements.answered > 50 && measurements.ledger[.served] == 1)
        }
    }
#endif
