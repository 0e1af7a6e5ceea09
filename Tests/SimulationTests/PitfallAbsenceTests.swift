// A known way to fail, in a simulated world: a deadline that comes while the process is stopped, more than once (row 24).
#if DEBUG
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfall of absences")
    struct PitfallAbsenceTests {
        private static let text = String(repeating: "a", count: 4000)

        /// A world with a client whose answers pend, and a write timeout that ends in each of two stops of the process. In each the
        /// client takes so much that there is room again, which is the next that the server is told.
        private static func stoppedTwice(_ takes: @escaping (Visitor) -> Void) -> (Simulation, Visitor) {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.writeTimeout = .seconds(2)
            kernel.sendCapacity = 1000
            // What it has not read it has not acknowledged.
            kernel.clientWindow = 0
            let client = Visitor(kernel)
            simulation.steps = [
                .then { client.connects() },
                .then {
                    client.listens()
                    client.says(Self.text)
                },
            ]
            for _ in 0..<2 {
                simulation.steps += [
                    .then {
                        #expect(!client.isClosed)
                        kernel.nextStop = 10_000_000_000
                    },
                    .turn { takes(client) },
                ]
            }
            return (simulation, client)
        }

        @Test("Pitfall 24: a client that reads all that the kernel holds is kept, however often the process is stopped")
        func pitfall24Again() {
            let (simulation, client) = Self.stoppedTwice { $0.listens() }
            for _ in 0..<3 { simulation.steps.append(.then { client.listens() }) }
            simulation.steps.append(.then { #expect(client.heard.hasSuffix(Self.text.uppercased())) })
            simulation.runs()
        }

        @Test("Pitfall 24: a client that reads only a part is given up, however often the process is stopped")
        func pitfall24Part() {
            let (simulation, client) = Self.stoppedTwice { _ = $0.connection.clientReceive(400) }
            simulation.steps.append(.then { #expect(client.isClosed) })
            simulation.runs()
        }
    }
#endif
