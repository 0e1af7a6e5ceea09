// The load generator in worlds that a test writes down.
#if DEBUG
    import EcoLoad
    import EcoServer
    import SimulatedKernel
    import Testing

    @Suite("Simulation: a load")
    struct LoadSimulationTests {
        /// Runs, and records whatever the kernel or the referee complains of.
        private static func run(
            _ script: ServerScript?, _ configure: (LoadSimulation) -> Void = { _ in }
        ) throws -> (RunResult, LoadSimulation) {
            let simulation = LoadSimulation()
            simulation.script = script
            simulation.isHelpful = script != nil && script?.mistake == nil
            configure(simulation)
            simulation.run()
            if let complaint = simulation.complaint { Issue.record("\(complaint)") }
            return (try #require(simulation.result), simulation)
        }

        private static let right = ServerScript(sendDelay: 1_000_000)

        @Test("on a correct server gets every byte, and all of its clients leave")
        func rightServer() throws {
            let (result, _) = try Self.run(Self.right)
            #expect(result.messages > 50 && result.ledger[.served] == 1 && result.ledger.errors == 0)
        }

        @Test("of each kind ends in its time", arguments: [LoadPlan.Mode.talk, .churn, .hold], [nil, 100.0])
        func kinds(mode: LoadPlan.Mode, rate: Double?) throws {
            let (result, _) = try Self.run(Self.right) {
                $0.plan.mode = mode
                $0.plan.rate = mode == .talk ? rate : nil
                $0.plan.clients = 3
                $0.plan.durationSeconds = 0.5
            }
            #expect(result.messages >= 3 && result.ledger.errors == 0)
        }

        @Test("is right however the answers are cut", arguments: [1, 3, 50])
        func pieces(most: Int) throws {
            var script = ServerScript()
            (script.mostRead, script.mostSent) = (most, most)
            let (result, _) = try Self.run(script) {
                $0.plan.messages = 10
                $0.plan.depth = 3
                $0.plan.durationSeconds = 10
            }
            #expect(result.messages == 10)
        }

        @Test(
            "gives each faulty server the right verdict",
            arguments: [
                (ServerMistake.wrongByte(at: 3), EcoLoad.Ledger.Fate.wrongBytes, Finding.wrongBytes),
                (.wrongByte(at: 40), .wrongBytes, .wrongBytes), (.extraByte(before: 29), .wrongBytes, .wrongBytes),
                (.swapsBytes(at: 34), .wrongBytes, .wrongBytes), (.ends(at: 0), .closedEarly, .broken),
                (.ends(at: 60), .closedEarly, .broken), (.closes(at: 29), .closedEarly, .broken),
                (.resets(at: 0), .reset, .broken), (.resets(at: 93), .reset, .broken),
                (.fallsSilent(at: 0), .timedOut, .mute), (.fallsSilent(at: 10), .timedOut, .mute),
                (.fallsSilent(at: 50), .timedOut, .timedOut), (.refuses, .refused, .refused),
                (.noFarewell, .closedEarly, .broken), (.longFarewell, .wrongBytes, .wrongBytes),
                (.neverEnds, .timedOut, .timedOut),
            ])
        func mistakes(mistake: ServerMistake, fate: EcoLoad.Ledger.Fate, finding: Finding) throws {
            var script = Self.right
            script.mistake = mistake
            let (result, simulation) = try Self.run(script) { $0.plan.clients = 2 }
            #expect(result.ledger[fate] == 2 && result.validity.has(finding), "\(result.ledger)")
            #expect(simulation.scripted?.mistaken.count == 2)
        }

        @Test("is checked by a referee that does not take a faulty server for a correct one")
        func notices() {
            let simulation = LoadSimulation()
            simulation.script = Self.right
            simulation.script?.mistake = .noFarewell
            simulation.run()
            #expect(simulation.complaint?.contains("a server that is right is blamed") == true)
        }

        @Test("without a server is refused, and ends")
        func nobody() throws {
            let (result, _) = try Self.run(nil) { $0.plan.clients = 4 }
            #expect(result.ledger[.refused] == 4 && result.validity.has(.nobodyListens))
        }

        @Test("on a server with a full backlog gives up the waiting clients after the timeout")
        func fullBacklog() throws {
            var script = Self.right
            script.backlog = 0
            script.acceptDelay = 0
            script.mistake = .fallsSilent(at: 0)
            let (result, _) = try Self.run(script) {
                $0.plan.clients = 5
                $0.plan.timeoutSeconds = 0.5
            }
            #expect(result.ledger[.timedOut] == 5 && result.ledger.connected < 5)
        }

        @Test("counts a late answer as an error only after the timeout")
        func slow() throws {
            for (delay, isInTime) in [(400_000_000, true), (3_000_000_000, false)] {
                let (result, _) = try Self.run(ServerScript(readDelay: delay, sendDelay: delay)) {
                    $0.isHelpful = isInTime
                    $0.plan.timeoutSeconds = 1
                    $0.plan.durationSeconds = 2
                }
                #expect((result.ledger.errors == 0) == isInTime)
            }
        }

        @Test("on the real server in the same simulated world is answered", arguments: Simulation.Waiting.allCases)
        func realServer(waiting: Simulation.Waiting) throws {
            let (result, simulation) = try Self.run(nil) {
                $0.isHelpful = true
                $0.plan.clients = 3
                $0.plan.depth = 2
                $0.plan.messages = 200
                $0.plan.durationSeconds = 10
                $0.kernel.callCost = 1_000
                let server = $0.serve()
                server.kernel.callCost = 1_000
                server.waiting = waiting
            }
            #expect(result.messages == 200 && result.ledger[.served] == 3)
            #expect(simulation.server?.outcome == .drained)
        }
    }
#endif
