// Known ways to fail, in a simulated world: one Ctrl-C that comes as two signals (row 30).
#if DEBUG
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of signals")
    struct PitfallSignalTests {
        /// A server with a client that is slow to end its side, and is asked to leave.
        private func leaving(hasWorkers: Bool) -> (Simulation, Visitor) {
            let simulation = Simulation()
            simulation.hasWorkers = hasWorkers
            let client = Visitor(simulation.kernel)
            simulation.steps = [
                .then { client.connects() },
                .then {
                    client.listens()
                    simulation.world.leave()
                    // The other kind, so that both are pending.
                    simulation.kernel.raise(2)
                },
            ]
            return (simulation, client)
        }

        @Test("Pitfall 30: signals within 0.2 s are one request, and cut nothing short", arguments: [false, true])
        func pitfall30(hasWorkers: Bool) {
            let (simulation, client) = leaving(hasWorkers: hasWorkers)
            simulation.steps += [
                .wait(.milliseconds(190)),
                .then { simulation.kernel.raise(15) },
                .wait(.milliseconds(500)),
                .then {
                    #expect(!client.isClosed)
                    client.connection.clientClose()
                },
            ]
            simulation.runs(.drained)
        }

        @Test("Pitfall 30: what counts is when a signal is taken: a process that was stopped meanwhile leaves at once")
        func takenLate() {
            let (simulation, client) = leaving(hasWorkers: false)
            simulation.steps += [
                .then {
                    #expect(!client.isClosed)
                    simulation.kernel.nextStop = 400_000_000
                },
                // A millisecond later, while it is stopped.
                .turn { simulation.kernel.raise(15) },
            ]
            simulation.runs(.quit(.terminate))
        }

        @Test("Pitfall 30: a signal that comes later leaves at once", arguments: [false, true])
        func pitfall30Insisting(hasWorkers: Bool) {
            let (simulation, client) = leaving(hasWorkers: hasWorkers)
            simulation.steps += [
                .wait(.milliseconds(210)),
                .then {
                    #expect(!client.isClosed)
                    simulation.kernel.raise(2)
                },
            ]
            simulation.runs(.quit(.interrupt))
        }
    }
#endif
