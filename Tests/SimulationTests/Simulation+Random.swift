// Worlds from seeds.
#if DEBUG
    import EcoProtocol
    import SimulatedKernel
    @testable import EcoServer

    extension Simulation: SeededSimulation {
        static var multiplier: UInt64 { 0x2545_F491_4F6C_DD1D }

        convenience init() { self.init(waiting: .epoll) }

        func choose(_ random: inout KernelRandom) {
            chooseSettings(&random)
            chooseKernel(&random)
            chooseFaults(&random)
            for number in 0..<random.pick(1...12) { plans.append(ClientPlan.random(&random, number: number)) }
            chooseEnd(&random)
            // By numbers of its own, so that the worlds are the same whatever waits.
            var another = KernelRandom(seed: seed ^ 0x9E37_79B9_7F4A_7C15)
            waiting = another.pick([.epoll, .poll, .select])
        }

        private func chooseSettings(_ random: inout KernelRandom) {
            if random.happens(perMille: 500) { configuration.hosts = ["127.0.0.1", "::1"] }
            configuration.backlog = random.pick([nil, nil, 0, 1, 5])
            configuration.maxClientsPerAddress = random.pick([nil, nil, 1, 3])
            configuration.maxPendingBytes = random.pick([64 << 20, 64 << 20, 1, 100, 2000, 20_000])
            configuration.idleTimeout = random.pick([nil, nil, .seconds(1), .seconds(7)])
            configuration.writeTimeout = random.pick([.seconds(30), .seconds(1), .milliseconds(2500)])
            configuration.drainTimeout = random.pick([.seconds(10), .seconds(4), .milliseconds(100)])
            configuration.invalidBytes = random.pick([.keep, .keep, .close])
            hasWorkers = random.happens(perMille: 400)
            if hasWorkers { configuration.work = random.pick([.none, .cpu(.zero)]) }
            limits = ServerLimits(maxClients: random.pick([100, 100, 1, 3, 6]), maxRefusals: random.pick([8, 1, 2]))
        }

        private func chooseKernel(_ random: inout KernelRandom) {
            kernel.callCost = random.pick([0, 700, 20_000])
            kernel.receiveCapacity = random.pick([100_000, 64 << 10, 4096, 50, 7])
            kernel.sendCapacity = random.pick([200_000, 64 << 10, 4096, 300, 80])
            kernel.clientWindow = random.pick([0, 200, 16 << 10, 1 << 20])
            kernel.resetsDestroyUnreadInput = random.happens(perMille: 500)
            kernel.orderOfEvents = KernelRandom(seed: seed &+ 1)
            if random.happens(perMille: 500) {
                kernel.interleaving = (random.pick([10, 100, 400]), KernelRandom(seed: seed &+ 3))
            }
            if random.happens(perMille: 250) {
                let longest = random.pick([500, 3000, 12_000]) * 1_000_000
                kernel.stops = (random.pick([5, 50]), longest, KernelRandom(seed: seed &+ 4))
            }
            kernel.callLimit = 300_000
            // Descriptors 3 to 9 or so are the server's own.
            if random.happens(perMille: 200) { kernel.descriptorLimit = random.pick(12...18) }
        }

        private func chooseFaults(_ random: inout KernelRandom) {
            guard random.happens(perMille: 600) else { return }
            var faults = FaultPlan(ofServer: seed &+ 2, rates: &random)
            faults.watches = random.pick([0, 0, 0, 30])
            kernel.faults = faults
        }

        private func chooseEnd(_ random: inout KernelRandom) {
            // Most exciting is to leave while somebody has just come.
            let arrival = random.pick(plans).arrival
            let later = random.pick([0, 1000, 100_000, 10_000_000, 1_000_000_000])
            let leavesAt: Int64? =
                random.happens(perMille: 600) ? kernel.now + arrival + Int64(random.pick(0...later)) : nil
            let leaving = random.pick([World.Leaving.terminate, .interrupt, .control])
            let quits = random.happens(perMille: 50) ? Int64(random.pick(0...3000)) * 1_000_000 : nil
            let reports = random.pick([0, 20, 200])
            let work = random.pick([1000, 500, 100])
            prepare = { world, _ in
                world.leavesAt = leavesAt
                world.leaving = leaving
                world.reportsPerMille = reports
                world.workPerMille = work
                world.quitsAt = quits.map { (leavesAt ?? 0) + $0 }
            }
        }
    }
#endif
