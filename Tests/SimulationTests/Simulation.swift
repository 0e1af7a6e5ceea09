// A whole server in a simulated world.
#if DEBUG
    import EcoProtocol
    import LinuxIO
    import Logging
    import Reactor
    import SimulatedKernel
    @testable import EcoServer

    /// A run of the real server on a simulated kernel: set it up, `run()` it, look at what came of it.
    final class Simulation {
        var configuration = ServerConfiguration()
        var limits = ServerLimits(maxClients: 1000, maxRefusals: 8)
        var hasWorkers = false
        var waiting: Waiting

        /// What the server waits with.
        enum Waiting: CaseIterable { case epoll, poll, select }

        /// How often it has waited.
        var waits: Int { kernel[calls: .epollWait] + kernel[calls: .poll] + kernel[calls: .select] }
        var plans: [ClientPlan] = []
        let kernel: SimulatedKernel
        var seed: UInt64 = 0
        /// Called when referee and world are there, before the server is.
        var prepare: (World, Referee) -> Void = { _, _ in }

        /// What happens, besides what the plans have clients do.
        var steps: [Step] = []

        /// What the server said on standard error.
        let diagnostics = Diagnostics()
        private(set) var outcome: ServerOutcome?
        private(set) var referee: Referee!
        private(set) var world: World!
        /// The counters as the server said them last.
        var counters: ServerCounters { referee.counters }

        init(waiting: Waiting = .epoll, _ kernel: SimulatedKernel = SimulatedKernel()) {
            self.waiting = waiting
            self.kernel = kernel
            configuration.port = 9090
            configuration.hosts = ["127.0.0.1"]
        }

        /// Serves until the world has the server leave; the first violation is in `kernel.failure`.
        func run() {
            begin()
            kernel.run { body() }
            checkEnd()
        }

        /// Makes referee and world.
        func begin() {
            referee = Referee(kernel, configuration, limits, hasWorkers: hasWorkers)
            world = World(kernel, referee, plans: plans, seed: seed)
            kernel.observer = referee
            kernel.world = world
            world.steps = steps
            prepare(world, referee)
        }

        /// What the server's process does.
        func body() {
            do { outcome = try serve() } catch { kernel.fail("the server gives up: \(error)") }
        }

        private func serve() throws -> ServerOutcome {
            let control = try ServerControl()
            let signals = try SignalSource(Service.handledSignals)
            let listeners = try Listeners(configuration)
            let pool =
                hasWorkers
                ? try WorkerPool(threads: 0, work: configuration.work, invalidBytes: configuration.invalidBytes) : nil
            let service = Service(
                configuration, limits: limits, keeps: .ofEventLoop, console: Console(nil),
                logger: diagnostics.logger, control: control,
                signals: signals,
                report: { counters, _ in
                    // The kernel of this thread knows who looks on: no reference to it can be captured here.
                    (SimulatedKernel.current?.observer as? Referee)?.check(counters)
                })
            world.control = control
            world.pool = pool
            defer {
                world.control = nil
                world.pool = nil
                pool?.close()
            }
            // Generic code is called by each of its names here, as in the models' files.
            switch waiting {
            case .epoll:
                var server = try ReactorServer<EpollPoller>(service, listeners, pool: pool)
                return try server.run()
            case .poll:
                var server = try ReactorServer<PollPoller>(service, listeners, pool: pool)
                return try server.run()
            case .select:
                var server = try ReactorServer<SelectPoller>(service, listeners, pool: pool)
                return try server.run()
            }
        }

        // MARK: - The end

        func checkEnd() {
            guard kernel.failure == nil else { return }
            if case .listenersDied = outcome { return }
            guard referee.leavingSince != nil else { return kernel.fail("the server left unasked") }
            if referee.mustQuit {
                guard case .quit = outcome else { return kernel.fail("was asked a second time, and goes on leaving") }
            }
            switch outcome {
            case .drained:
                if !referee.open.isEmpty { kernel.fail("drained, with \(referee.open.count) clients connected") }
                let lost = referee.surelyLostClients
                if lost > 0 { kernel.fail("in good order, with \(lost) clients lost") }
            case .cut(let clients):
                let lost = referee.cutClients + referee.lostClients
                if !referee.isTimeToLeaveOver, lost == 0 { kernel.fail("cut before the drain timeout was over") }
                if clients > lost { kernel.fail("\(clients) clients are called cut, and \(lost) were") }
            case .listenersDied: break
            case .quit: if !referee.hasQuit { kernel.fail("the server quits, but was asked to leave once only") }
            case nil: break
            }
            if !kernel.openDescriptors.isEmpty {
                kernel.fail("descriptors \(kernel.openDescriptors) are left open")
            }
            world.settle()
            for client in world.clients { client.check() }
        }

        /// Asks the server for its counters; they are there after its next turn.
        func report() { world.control?.report() }

        /// What to print when something is wrong.
        var complaint: String? {
            guard let failure = kernel.failure else { return nil }
            let title = "seed \(seed): \(failure)\n\(summary)\n"
            return title + kernel.failureLines.joined(separator: "\n")
        }

        var summary: String {
            let configuration = referee.configuration
            return """
                clients \(plans.count), limits \(limits), per address \(configuration.maxClientsPerAddress ?? 0), \
                pending \(configuration.maxPendingBytes), idle \(configuration.idleTimeout?.description ?? "off"), \
                write \(configuration.writeTimeout), drain \(configuration.drainTimeout), \
                \(configuration.invalidBytes), workers \(hasWorkers), \(waiting), descriptors \(kernel.descriptorLimit), \
                outcome \(outcome.map { "\($0)" } ?? "none")
                """
        }
    }
#endif
