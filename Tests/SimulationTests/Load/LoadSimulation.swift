// The load generator in a simulated world.
#if DEBUG
    import LinuxIO
    import SimulatedKernel
    import Synchronization
    @testable import EcoLoad

    /// A run of the real generator on a simulated kernel, against a scripted server or the real one on a kernel of its own: set it
    /// up, `run()` it, look at what came of it.
    final class LoadSimulation {
        var plan = LoadPlan()
        var seed: UInt64 = 0
        let network: SimulatedNetwork
        /// The generator's.
        let kernel: SimulatedKernel
        /// A scripted server; without one, and without a real one, nobody listens.
        var script: ServerScript?
        /// The real server, on the same network.
        var server: Simulation?
        /// Whether clients may leave before the window's end, as where nobody looks at the server's processes.
        var mayLeave = true
        var stop: (at: Int64, isSoon: Bool)?
        /// Nothing in this world is a reason for an error.
        var isHelpful = true

        private(set) var measurements: Measurements?
        private(set) var referee: LoadReferee!
        private(set) var conductor: LoadConductor!
        private(set) var scripted: ScriptedServer?
        private var world: LoadWorld?
        /// When the run began, and when it was over.
        private(set) var beganAt: Int64 = 0
        private(set) var endedAt: Int64 = 0

        init() {
            network = SimulatedNetwork()
            kernel = SimulatedKernel(network, name: "load")
            // It looks at itself every tenth of a second, for whoever watches the run, and at each message that comes due.
            kernel.longSleep = 20_000
            plan.clients = 1
            plan.warmupSeconds = 0
            plan.durationSeconds = 0.1
        }

        /// A real server on the network, to be set up.
        func serve() -> Simulation {
            let simulation = Simulation(SimulatedKernel(network, name: "server"))
            simulation.seed = seed
            server = simulation
            return simulation
        }

        /// Runs until generator and server have ended; the first violation is in `kernel.failure`.
        func run() {
            referee = LoadReferee(kernel, plan)
            conductor = LoadConductor(kernel, referee, plan)
            conductor.stop = stop
            let world = LoadWorld(conductor)
            self.world = world
            scripted = script.map { ScriptedServer($0, network, seed: seed &+ 5) }
            world.scripted = scripted
            kernel.clientObserver = referee
            server?.begin()
            if let server { world.served = (server.world, server.kernel) }
            network.world = world
            beganAt = network.now
            let generator = (
                kernel: kernel,
                body: {
                    do { self.measurements = try self.generate() } catch {
                        self.kernel.fail("the generator gives up: \(error)")
                    }
                    self.endedAt = self.network.now
                    self.conductor.coordinator = nil
                    world.isLoadOver = true
                }
            )
            if let server {
                network.run([(server.kernel, server.body), generator])
                server.checkEnd()
            } else {
                network.run([generator])
            }
            check()
        }

        private func generate() throws -> Measurements {
            // Until the server listens.
            if server != nil { kernel.sleep(until: network.now + 10_000_000) }
            let coordinator = try Coordinator(threads: 1, mayLeave: mayLeave)
            conductor.coordinator = coordinator
            let job = LoadJob(
                plan, thread: 0, tape: Self.tape(for: plan), target: .loopback(port: 9090), sources: [], coordinator)
            return try plan.kind.run(job)
        }

        /// Tapes of half a megabyte that many runs share.
        private static let tapes = Mutex<[String: Tape]>([:])

        private static func tape(for plan: LoadPlan) -> Tape {
            let key = "\(plan.sizes) \(plan.language) \(plan.serverProtocol)"
            return tapes.withLock { tapes in
                if let tape = tapes[key] { return tape }
                var plan = plan
                plan.seed = 1
                let tape = Tape(plan, overlap: LoadJob.bufferBytes)
                tapes[key] = tape
                return tape
            }
        }

        /// The generator's figures and what is found about them, as a run of one thread has them, but for what its own process took:
        /// that is the real machine's.
        var result: RunResult? {
            guard let sum = measurements else { return nil }
            var result = RunResult(
                of: sum, plan: plan, begin: 0, generator: GeneratorUse(), clockDrift: 0,
                isInterrupted: conductor.wasStopped)
            result.validity = Judgement.of(result, plan: plan)
            return result
        }

        /// What to print when something is wrong.
        var complaint: String? {
            guard let failure = kernel.failure else { return nil }
            let served = server.map { "server: \($0.summary)" } ?? script.map { "\($0)" } ?? "nobody"
            let title = "seed \(seed): \(failure)\n\(plan)\n\(served)\n\(measurements.map { "\($0.ledger)" } ?? "")\n"
            return title + kernel.failureLines.joined(separator: "\n")
        }
    }
#endif
