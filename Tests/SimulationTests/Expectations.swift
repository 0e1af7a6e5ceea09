// What directed tests of simulations have in common.
#if DEBUG
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    extension Simulation {
        /// Runs, and records whatever the kernel or the referee complains of.
        func runs(_ outcome: ServerOutcome = .drained, sourceLocation: SourceLocation = #_sourceLocation) {
            run()
            if let complaint { Issue.record("\(complaint)", sourceLocation: sourceLocation) }
            #expect(self.outcome == outcome, sourceLocation: sourceLocation)
        }

        /// A world with a client that asks for `count` bytes and does not read them; its queue holds `queue` bytes of its answers.
        static func slowReader(
            owed count: Int, queue: Int, writeTimeout: Duration = .seconds(2)
        ) -> (Simulation, Visitor) {
            let simulation = Simulation()
            simulation.configuration.writeTimeout = writeTimeout
            simulation.kernel.sendCapacity = queue
            simulation.kernel.receiveCapacity = 1 << 20
            let client = Visitor(simulation.kernel)
            simulation.steps = [
                .then { client.connects() }, .then { client.says(String(repeating: "a", count: count)) },
            ]
            return (simulation, client)
        }

        /// So many clients, all of which connect in one step, the next.
        func crowd(_ count: Int) -> [Visitor] {
            let visitors = (0..<count).map { _ in Visitor(kernel) }
            steps.append(.then { for visitor in visitors { visitor.connects() } })
            return visitors
        }
    }

    /// A client's end of a connection, made when the test comes to it.
    final class Visitor {
        private let kernel: SimulatedKernel
        private(set) var connection: SimulatedConnection!
        private(set) var heard = ""

        init(_ kernel: SimulatedKernel) { self.kernel = kernel }

        func connects(toIPv6: Bool = false) {
            connection = toIPv6 ? kernel.connect(from: .ipv6(0, 1, port: 40_000)) : kernel.connectLocally()
        }
        func says(_ text: String) { connection.clientSends(text) }

        /// Reads what waits, and adds it to what was heard.
        func listens() { heard += connection.clientReads() }

        var isClosed: Bool { connection.isServerClosed }
    }
#endif
