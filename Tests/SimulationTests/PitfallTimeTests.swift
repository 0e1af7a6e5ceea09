// Known ways to fail, in a simulated world: time, and who is to blame (rows 23 to 25).
#if DEBUG
    import Glibc
    import LinuxIO
    import SimulatedKernel
    import Testing
    @testable import EcoServer

    @Suite("Simulation: pitfalls of time")
    struct PitfallTimeTests {
        /// Three hundred clients come at once and say nothing for a quarter of an hour, over a network whose queue carries twenty
        /// probes at a time: none is lost.
        private static func keepsAll(_ simulation: Simulation) {
            simulation.kernel.probeQueue = 20
            let visitors = simulation.crowd(300)
            simulation.steps += [
                .wait(.seconds(900)),
                .then {
                    #expect(visitors.count { $0.isClosed } == 0)
                    simulation.report()
                },
                .then {
                    #expect(simulation.counters[.broken] == 0)
                    // Probes go on for ever: this world never comes to rest.
                    simulation.world.leave()
                },
            ]
            simulation.runs()
        }

        /// If their probes came at once, too, the queue would carry one in fifteen.
        @Test("Pitfall 23: keepalive gives up no living client although a full queue drops probes")
        func pitfall23() { Self.keepsAll(Simulation()) }

        @Test("Pitfall 23: more clients than the queue has room for get no keepalive, and one warning says so")
        func pitfall23Beyond() {
            let simulation = Simulation()
            simulation.limits.maxKeptAlive = 40
            Self.keepsAll(simulation)
            let notices = simulation.diagnostics.lines.filter { $0.contains("net.core.netdev_max_backlog=") }
            #expect(notices.count == 1)
            #expect(notices.first?.hasPrefix("notice: clients beyond 40 ") ?? false)
        }

        @Test(
            "Pitfall 24: after a stop of the process, clients that sent are answered, and the others get the idle timeout again"
        )
        func pitfall24() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.idleTimeout = .seconds(2)
            let (speaker, silent) = (Visitor(kernel), Visitor(kernel))
            simulation.steps = [
                .then {
                    speaker.connects()
                    silent.connects()
                },
                .then { kernel.nextStop = 5_000_000_000 },
                .turn { speaker.says("oi\n") },
                .then {
                    speaker.listens()
                    #expect(speaker.heard.hasSuffix("OI\n"))
                },
                .wait(.milliseconds(1800)),
                .then {
                    silent.listens()
                    #expect(silent.heard == "Servidor de eco (cliente 2).\n")
                },
                .wait(.milliseconds(500)),
                .then {
                    silent.listens()
                    #expect(silent.heard.hasSuffix("Tempo esgotado: 2 s sem mensagens.\n"))
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 24: a client that sent during a long turn is answered, not timed out")
        func pitfall24LongTurn() {
            let simulation = Simulation()
            let kernel = simulation.kernel
            simulation.configuration.idleTimeout = .seconds(1)
            // Work after which a turn reads the clock again.
            simulation.configuration.work = .cpu(.zero)
            let (worker, speaker) = (Visitor(kernel), Visitor(kernel))
            kernel.script.the(1, .recv, of: .connection(1)).happens(after: {
                let kernel = SimulatedKernel.current!
                kernel.connections[1].clientSends("eu\n")
                kernel.passTime(3_000_000_000)
            })
            simulation.steps = [
                .then { worker.connects() },
                .then { speaker.connects() },
                .then { worker.says("trabalho\n") },
                .then {
                    speaker.listens()
                    #expect(speaker.heard == "Servidor de eco (cliente 2).\nEU\n")
                },
            ]
            simulation.runs()
        }

        @Test("Pitfall 24: a client that read its answers while the process was stopped gets the rest of them")
        func pitfall24Writing() {
            let (simulation, client) = Simulation.slowReader(owed: 3000, queue: 1000)
            simulation.steps += [
                .then { simulation.kernel.nextStop = 10_000_000_000 },
                // The last thing that the client does in that time.
                .turn { client.listens() },
                .then { client.listens() },
                .then { client.listens() },
                .then { client.listens() },
                .then { #expect(client.heard.hasSuffix(String(repeating: "A", count: 3000))) },
            ]
            simulation.runs()
        }

        @Test("Pitfall 25: a slow, steady reader is waited for, although the kernel's queue hides its progress")
        func pitfall25() {
            let (simulation, client) = Simulation.slowReader(owed: 250_000, queue: 60_000)
            // 4 KB per second: a third of the queue takes five of them.
            for _ in 0..<30 {
                simulation.steps += [
                    .wait(.seconds(1)), .then { _ = client.connection.clientReceive(4096) },
                ]
            }
            simulation.steps += [
                .then { #expect(!client.isClosed) },
                // Now it stops.
                .wait(.seconds(1000)),
                .then { #expect(client.isClosed) },
            ]
            simulation.runs()
        }

        @Test("Pitfall 25: a slow reader whose kernel acknowledges in lumps is waited for from one to the next")
        func pitfall25Lumps() {
            let (simulation, client) = Simulation.slowReader(owed: 600_000, queue: 60_000)
            simulation.steps.append(.then { _ = client.connection.clientReceive(65_536) })
            // 3 KB per second: each lump takes all that pends, and the next pends for twenty seconds.
            for _ in 0..<7 {
                simulation.steps += [
                    .wait(.seconds(20)),
                    .then {
                        #expect(!client.isClosed)
                        _ = client.connection.clientReceive(65_536)
                    },
                ]
            }
            // Now it stops.
            simulation.steps += [.wait(.seconds(200)), .then { #expect(client.isClosed) }]
            simulation.runs()
        }
    }
#endif
