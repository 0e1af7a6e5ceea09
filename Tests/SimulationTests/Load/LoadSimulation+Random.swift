// Loads and servers from seeds.
#if DEBUG
    import SimulatedKernel
    @testable import EcoLoad
    @testable import EcoServer

    extension LoadSimulation: SeededSimulation {
        static var multiplier: UInt64 { 0xD129_0D3B_3C8B_F1D3 }

        func choose(_ random: inout KernelRandom) {
            choosePlan(&random)
            chooseKernel(&random)
            switch random.pick(0...9) {
            case 0: isHelpful = false  // Nobody listens.
            case 1...3: chooseServer(&random)
            default: chooseScript(&random)
            }
            chooseFaults(&random)
            chooseEnd(&random)
        }

        // MARK: - The load

        private func choosePlan(_ random: inout KernelRandom) {
            plan.mode = random.pick([.talk, .talk, .talk, .churn, .hold])
            plan.language = random.pick([.ascii, .portuguese])
            plan.clients = random.pick([1, 1, 2, 3, 5, 8])
            plan.sizes = random.pick(Self.mixes)
            plan.depth = random.pick([1, 1, 2, 5])
            plan.timeoutSeconds = random.pick([5, 1, 0.3])
            plan.durationSeconds = random.pick([0.02, 0.1, 0.5, 2])
            plan.warmupSeconds = random.pick([0, 0, 0, 0.03, 1.2])
            plan.rampSeconds = random.pick([0, 0, 0.02, 1])
            plan.seed = random.next()
            mayLeave = random.happens(perMille: 500)
            guard plan.mode == .talk else { return }
            if random.happens(perMille: 400) {
                plan.rate = Double(random.pick(1...200)) / (plan.durationSeconds + plan.warmupSeconds)
                plan.arrivals = random.pick([.uniform, .poisson])
            } else if random.happens(perMille: 200) {
                plan.thinkSeconds = random.pick([0.001, 0.05])
            }
        }

        private static let mixes: [SizeMix] = [
            .one(64), .one(1), .one(7), .one(500),
            SizeMix([.init(bytes: 10, weight: 9), .init(bytes: 3000, weight: 1)]),
            SizeMix([.init(bytes: 50, weight: 40), .init(bytes: 20_000, weight: 1)]),
        ]

        /// A closed loop has hundreds of messages, not hundreds of thousands, where an exchange takes so long, in nanoseconds.
        private func shorten(exchange: Int) {
            guard plan.mode != .hold, !plan.isOpenLoop else { return }
            let longest = 200e-9 * Double(exchange) / Double(plan.clients * plan.depth)
            plan.durationSeconds = min(plan.durationSeconds, max(longest, 0.001))
            plan.warmupSeconds = min(plan.warmupSeconds, longest)
        }

        private func chooseKernel(_ random: inout KernelRandom) {
            kernel.callCost = random.pick([300, 2_000, 20_000])
            kernel.receiveCapacity = random.pick([100_000, 64 << 10, 4096, 300])
            kernel.sendCapacity = random.pick([200_000, 64 << 10, 4096, 300])
            kernel.resetsDestroyUnreadOutput = random.happens(perMille: 500)
            kernel.orderOfEvents = KernelRandom(seed: seed &+ 1)
            kernel.handshake = (random.pick([0, 100_000, 50_000_000]), KernelRandom(seed: seed &+ 2))
            kernel.callLimit = 300_000
            if random.happens(perMille: 300) {
                kernel.interleaving = (random.pick([10, 100, 400]), KernelRandom(seed: seed &+ 3))
            }
            if random.happens(perMille: 150) {
                let longest = random.pick([50, 500, 3000]) * 1_000_000
                kernel.stops = (random.pick([5, 30]), longest, KernelRandom(seed: seed &+ 4))
                isHelpful = false
            }
            network.order = KernelRandom(seed: seed &+ 6)
            network.preemptions = random.pick([0, 0, 10, 100])
        }

        private func chooseFaults(_ random: inout KernelRandom) {
            if random.happens(perMille: 100) {
                kernel.descriptorLimit = random.pick(6...12)
                isHelpful = false
            }
            guard random.happens(perMille: 400) else { return }
            var faults = FaultPlan(seed: seed &+ 7, rates: &random)
            faults.connects = random.pick([0, 0, 100])
            faults.handshakes = random.pick([0, 0, 100])
            faults.watches = random.pick([0, 0, 30])
            faults.meetings = random.pick([0, 300])
            kernel.faults = faults
            isHelpful = false
        }

        private func chooseEnd(_ random: inout KernelRandom) {
            if random.happens(perMille: 150) {
                let end = Int64((plan.warmupSeconds + plan.durationSeconds) * 1e9)
                stop = (network.now + Int64(random.pick(0...Int(end))), random.happens(perMille: 500))
            } else if random.happens(perMille: 300) {
                plan.messages = random.pick(1...100)
            }
        }

        // MARK: - The server

        private func chooseScript(_ random: inout KernelRandom) {
            var script = ServerScript()
            script.isPlainEcho = random.happens(perMille: 200) && plan.mode != .churn
            if script.isPlainEcho { plan.serverProtocol = .echo }
            script.backlog = random.pick([128, 128, 2, 0])
            script.acceptDelay = random.pick([0, 1_000, 10_000_000])
            script.readDelay = random.pick([0, 10_000, 1_000_000])
            script.sendDelay = random.pick([50_000, 500_000, 5_000_000])
            shorten(exchange: script.sendDelay / 2)
            script.mostRead = random.pick([1 << 20, 1 << 20, 1000, 50])
            script.mostSent = random.pick([1 << 20, 1 << 20, 1000, 50])
            script.firstNumber = random.pick([1, 98, 1_000_000])
            chooseMistake(&script, &random)
            if random.happens(perMille: 50) {
                script.diesAt = network.now + Int64(random.pick(0...2_000)) * 1_000_000
                isHelpful = false
            }
            // Requests that a full backlog drops come again after a second.
            if script.backlog < plan.clients { isHelpful = false }
            // Large messages in small pieces take their time.
            let largest = plan.depth * (plan.sizes.entries.map(\.bytes).max() ?? 0)
            let pieces = Double(2 * largest / script.mostSent + 1) + Double(2 * largest / script.mostRead + 1)
            let delay = Double(max(script.sendDelay, script.readDelay)) / 1e9
            if pieces * delay > 0.3 * plan.timeoutSeconds || plan.timeoutSeconds < 1 { isHelpful = false }
            self.script = script
        }

        private func chooseMistake(_ script: inout ServerScript, _ random: inout KernelRandom) {
            guard random.happens(perMille: 600) else { return }
            let place = random.pick([random.pick(0...31), random.pick(0...200), random.pick(0...5000)])
            let mistakes: [ServerMistake] = [
                .wrongByte(at: place), .extraByte(before: place), .swapsBytes(at: place), .ends(at: place),
                .closes(at: place), .resets(at: place), .fallsSilent(at: place), .noFarewell, .longFarewell,
                .neverEnds, .refuses,
            ]
            script.mistake = random.pick(mistakes)
            if script.isPlainEcho, script.mistake == .refuses || script.mistake == .longFarewell {
                script.mistake = .fallsSilent(at: 0)
            }
            script.mistakesPerMille = random.pick([1000, 500, 100])
            isHelpful = false
        }

        private func chooseServer(_ random: inout KernelRandom) {
            let server = serve()
            server.waiting = random.pick([.epoll, .poll, .select])
            server.hasWorkers = random.happens(perMille: 300)
            server.kernel.callCost = random.pick([1_000, 20_000])
            server.kernel.receiveCapacity = random.pick([100_000, 4096, 300])
            server.kernel.sendCapacity = random.pick([200_000, 4096, 300])
            server.kernel.orderOfEvents = KernelRandom(seed: seed &+ 8)
            server.kernel.resetsDestroyUnreadInput = random.happens(perMille: 500)
            server.kernel.resetsDestroyUnreadOutput = kernel.resetsDestroyUnreadOutput
            server.kernel.callLimit = kernel.callLimit
            shorten(exchange: 5 * Int(kernel.callCost + server.kernel.callCost))
            if random.happens(perMille: 200) {
                server.limits = ServerLimits(maxClients: random.pick(1...4), maxRefusals: random.pick([8, 1]))
                isHelpful = false
            }
            if random.happens(perMille: 300) {
                var faults = FaultPlan(ofServer: seed &+ 9, rates: &random)
                faults.watches = random.pick([0, 0, 30])
                server.kernel.faults = faults
                isHelpful = false
            }
            if random.happens(perMille: 150) {
                let leavesAt = network.now + Int64(random.pick(0...100)) * 1_000_000
                server.prepare = { world, _ in world.leavesAt = leavesAt }
                isHelpful = false
            }
            if plan.timeoutSeconds < 1 { isHelpful = false }
        }
    }
#endif
