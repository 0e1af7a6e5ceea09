// The world around a simulated server: clients, workers, signals.
#if DEBUG
    import LinuxIO
    import Reactor
    import SimulatedKernel
    @testable import EcoServer

    /// Moves the clients in an order that the seed decides, lets workers work, and asks the server to leave.
    final class World: SimulatedWorld {
        /// How the server is asked to leave.
        enum Leaving { case terminate, interrupt, control }

        private unowned let kernel: SimulatedKernel
        private let referee: Referee
        private(set) var clients: [SimulatedClient]
        private var random: KernelRandom
        var pool: WorkerPool?
        var control: ServerControl?

        /// What a directed test has happen, in this order.
        var steps: [Step] = []
        private var resumesAt: Int64 = 0

        /// When the server is asked to leave; nil is when nothing else is going on.
        var leavesAt: Int64?
        var leaving = Leaving.terminate
        /// When it is asked a second time; nil is never.
        var quitsAt: Int64?
        /// In so many of a thousand moments the server's counters are compared with the kernel's.
        var reportsPerMille = 0
        /// In so many of a thousand moments a worker does something; the rest of the time they are slow.
        var workPerMille = 500
        private var mayHaveWork = false
        private var workMoment: Int64 = 0

        init(_ kernel: SimulatedKernel, _ referee: Referee, plans: [ClientPlan], seed: UInt64) {
            self.kernel = kernel
            self.referee = referee
            random = KernelRandom(seed: seed)
            clients = plans.map { SimulatedClient($0, kernel, referee) }
        }

        func act() {
            if !steps.isEmpty { takeStep() }
            if let leavesAt, kernel.now >= leavesAt, referee.leavingSince == nil { leave() }
            if let quitsAt, kernel.now >= quitsAt, referee.leavingSince != nil {
                self.quitsAt = nil
                kernel.raise(15)
            }
            if random.happens(perMille: reportsPerMille) { control?.report() }
            let offset = clients.isEmpty ? 0 : random.pick(0...clients.count - 1)
            for index in clients.indices {
                let client = clients[(index + offset) % clients.count]
                if client.hasNews || (client.nextMoment.map { $0 <= kernel.now } ?? false) { client.act() }
            }
            work()
        }

        private func takeStep() {
            guard kernel.now >= resumesAt else { return }
            switch steps[0] {
            case .turn(let body):
                steps.removeFirst()
                body()
            case .then(let body):
                guard !kernel.isAnythingReady else { return }
                steps.removeFirst()
                body()
            case .wait(let duration):
                guard !kernel.isAnythingReady else { return }
                steps.removeFirst()
                resumesAt = kernel.now + duration.nanoseconds
            }
        }

        private func work() {
            guard let pool, workPerMille > 0 else { return }
            mayHaveWork = true
            guard kernel.now >= workMoment else { return }
            workMoment = kernel.now + Int64(random.pick(0...2_000_000))
            if random.happens(perMille: workPerMille) {
                mayHaveWork = pool.performNext()
                if mayHaveWork { kernel.trace.note(kernel.now, "a worker works") }
            }
        }

        var nextMoment: Int64? {
            var next = mayHaveWork && pool != nil ? max(workMoment, kernel.now + 1) : Int64.max
            for client in clients { if let moment = client.nextMoment { next = min(next, moment) } }
            if !steps.isEmpty { next = min(next, max(resumesAt, kernel.now)) }
            if referee.leavingSince == nil, let leavesAt { next = min(next, leavesAt) }
            if referee.leavingSince != nil, control != nil, let quitsAt { next = min(next, quitsAt) }
            return next == .max ? nil : next
        }

        func nothingWillHappen() {
            guard referee.leavingSince == nil else { return }
            referee.checkQuiet()
            leave()
        }

        /// The server is gone: the clients take what is still on its way to them.
        func settle() {
            pool = nil
            mayHaveWork = false
            control = nil
            while let next = nextMoment, kernel.failure == nil {
                kernel.now = max(kernel.now, next)
                for client in clients where client.hasNews || client.nextMoment.map({ $0 <= kernel.now }) ?? false {
                    client.act()
                }
            }
        }

        func leave() {
            referee.asksToLeave(by: leaving == .control ? control?.waker.number : nil)
            switch leaving {
            case .terminate: kernel.raise(15)
            case .interrupt: kernel.raise(2)
            case .control:
                kernel.trace.note(kernel.now, "drain()")
                control?.drain()
            }
        }
    }
#endif
