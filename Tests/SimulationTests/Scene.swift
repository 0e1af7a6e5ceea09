// Brings a connection into a state in which the server makes a certain call.
#if DEBUG
    import SimulatedKernel
    @testable import EcoServer

    /// A client whose connection is to meet an error, and a witness who sees whether the server goes on.
    final class Scene {
        let simulation = Simulation()
        let target: Visitor
        let witness: Visitor
        /// Whose how-many-th call it is that fails.
        private(set) var subject = Subject.connection(1)
        private(set) var occasion = 1
        /// Whether it cost the connection, as seen while the server still served.
        private(set) var wasCostly = false

        private var kernel: SimulatedKernel { simulation.kernel }

        init(_ state: ErrnoTable.State, _ call: KernelCall) {
            target = Visitor(simulation.kernel)
            witness = Visitor(simulation.kernel)
            simulation.hasWorkers = state == .working
            switch state {
            case .waiting: waiting(call)
            case .fresh: talk()
            case .open: open(call)
            case .working: working(call)
            case .writing: writing(call)
            case .lingering: lingering(call)
            case .refused: refused()
            }
            testify()
        }

        private func then(_ body: @escaping () -> Void) { simulation.steps.append(.then(body)) }

        private func talk() {
            then { [target] in target.connects() }
            then { [target] in target.says("olá\n") }
            then { [target] in target.listens() }
        }

        private func waiting(_ call: KernelCall) {
            subject = .anything
            // The first wait is the server's before anybody is there.
            occasion = [.epollWait, .poll, .select].contains(call) ? 2 : 1
            if call == .poll { simulation.waiting = .poll }
            if call == .select { simulation.waiting = .select }
            talk()
        }

        private func open(_ call: KernelCall) {
            switch call {
            case .send: occasion = 2
            case .epollModify:
                kernel.sendCapacity = 40
                talk()
                then { [target] in target.says(String(repeating: "a", count: 100)) }
                return simulation.steps.append(contentsOf: reading(6))
            default: break
            }
            talk()
            // A goodbye has the server end its side, an end of stream has it close.
            then { [target] in
                if call == .shutdown { target.says("tchau\n") } else { target.connection.clientEndSending() }
            }
        }

        private func working(_ call: KernelCall) {
            simulation.prepare = { world, _ in world.workPerMille = 0 }
            if call == .send || call == .epollAdd { occasion = 2 }
            then { [target] in target.connects() }
            then { [target] in
                target.listens()
                target.says(call == .shutdown ? "tchau\n" : "olá\n")
            }
            // More of it while the worker has the first: the connection leaves the poller.
            then { [target] in target.says("mais\n") }
            then { [simulation] in _ = simulation.world.pool!.performNext() }
            then { [simulation] in _ = simulation.world.pool!.performNext() }
            then { [target] in target.listens() }
        }

        private func writing(_ call: KernelCall) {
            kernel.sendCapacity = 40
            if call == .send { occasion = 3 }
            if call == .epollModify { occasion = 2 }
            then { [target] in target.connects() }
            then { [target] in target.listens() }
            let ending = call == .shutdown ? "\ntchau\n" : "\n"
            then { [target] in target.says(String(repeating: "a", count: 100) + ending) }
            simulation.steps.append(contentsOf: reading(6))
        }

        private func lingering(_ call: KernelCall) {
            if call == .recv { occasion = 2 }
            then { [target] in target.connects() }
            then { [target] in target.says("tchau\n") }
            then { [target] in target.listens() }
            if call == .recv { then { [target] in target.says("e mais isto") } }
            then { [target] in target.connection.clientClose() }
        }

        private func refused() {
            simulation.limits.maxClients = 1
            subject = .connection(2)
            let resident = Visitor(kernel)
            then { resident.connects() }
            then { [target] in
                target.connects()
                target.says("olá\n")
            }
            then { [target] in target.listens() }
            then { [target] in target.connection.clientClose() }
            then { resident.connection.clientClose() }
        }

        private func reading(_ times: Int) -> [Step] {
            (0..<times).map { _ in .then { [target] in target.listens() } }
        }

        /// Whoever comes afterwards is served.
        private func testify() {
            simulation.steps.append(.wait(.seconds(1)))
            then { [witness] in witness.connects() }
            then { [witness] in witness.says("tudo bem\n") }
            if simulation.hasWorkers { then { [simulation] in _ = simulation.world.pool!.performNext() } }
            simulation.steps.append(.then { [witness] in witness.listens() })
            then { [self] in
                witness.listens()
                wasCostly = simulation.referee.ledgers[target.connection.number]?.excuse != nil
            }
        }
    }
#endif
