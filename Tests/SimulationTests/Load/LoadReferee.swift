// Watches every call of the load generator in a simulated world, and counts for itself.
#if DEBUG
    import EcoLoad
    import SimulatedKernel

    /// Keeps the books of all connections that the generator asks for.
    final class LoadReferee: ClientObserver {
        typealias Fate = EcoLoad.Ledger.Fate

        /// What had happened when a turn of the generator's was over.
        struct Moment {
            let now: Int64
            let bytesOut: Int
            let bytesIn: Int
        }

        unowned let kernel: SimulatedKernel
        let plan: LoadPlan
        private(set) var visits: [Visit] = []
        /// What became at once of connections that were asked for.
        private(set) var failures: [Fate] = []
        private(set) var moments: [Moment] = []
        private(set) var bytesOut = 0
        private(set) var bytesIn = 0
        /// The first byte that was not owed.
        private(set) var firstWrong: Visit.Wrong?
        /// For how long the generator did not run.
        private(set) var absence: Int64 = 0
        private(set) var absences = 0

        init(_ kernel: SimulatedKernel, _ plan: LoadPlan) {
            self.kernel = kernel
            self.plan = plan
        }

        private var now: Int64 { kernel.now }
        private func visit(_ end: ClientEnd) -> Visit { visits[end.number - 1] }

        /// How far the books may be from the generator's, which reads the clock before and after each call.
        var slack: Int64 { 10_000 + 2_000 * kernel.callCost }
        var timeout: Int64 { Int64(plan.timeoutSeconds * 1e9) }

        func waits(by call: KernelCall) {
            // Whoever asks poll(2) about one connection is in the middle of a turn.
            guard call == .epollWait else { return }
            moments.append(Moment(now: now, bytesOut: bytesOut, bytesIn: bytesIn))
        }

        func stood(from: Int64, to: Int64) {
            absence += to - from
            absences += 1
        }

        func failed(_ call: KernelCall, _ errno: Int32) { failures.append(Visit.fate(of: errno)) }

        func asks(_ end: ClientEnd) { visits.append(Visit(end, isPlainEcho: plan.serverProtocol == .echo, now: now)) }

        func decided(_ end: ClientEnd, _ errno: Int32) { visit(end).decided(errno, now) }

        func received(_ end: ClientEnd, _ bytes: ArraySlice<UInt8>) {
            bytesIn += bytes.count
            let visit = visit(end)
            if visit.fate != nil { return kernel.fail("client \(end.number) is read from after its end") }
            visit.receives(bytes, now)
            if firstWrong == nil { firstWrong = visit.wrong }
        }

        func receivedEnd(_ end: ClientEnd) { visit(end).receivesEnd(now) }

        func offered(_ end: ClientEnd, _ bytes: [UInt8], result: Int) {
            bytesOut += max(0, result)
            let visit = visit(end)
            if visit.fate != nil { kernel.fail("client \(end.number) is sent to after its end") }
            if !visit.wasGreeted { kernel.fail("client \(end.number) is asked before it was greeted") }
            if visit.saidGoodbyeAt != nil { kernel.fail("client \(end.number) talks after its goodbye") }
            visit.says(bytes, result, now)
            // A goodbye that is not taken whole is counted by nobody.
            if visit.isGoodbyeCut { bytesOut -= max(0, result) }
            let most = plan.mode == .hold ? 1 : plan.depth
            if visit.inFlight > most { kernel.fail("client \(end.number) has \(visit.inFlight) messages in flight") }
        }

        func broke(_ end: ClientEnd, _ errno: Int32) { visit(end).breaks(errno, now) }

        func notWatched(_ end: ClientEnd) { visit(end).isUnwatched = true }

        func closes(_ end: ClientEnd) {
            // Whose connection has come to nothing at once was never more than a socket.
            let visit = visit(end)
            visit.closes(now)
            if visit.fate == .timedOut, visit.fateAt == now { checkPatience(visit) }
        }

        // MARK: - Patience

        /// The run was ended early; perhaps so that nobody is waited for any more.
        var wasStopped = false
        var endedSoonAt: Int64?
        /// How much later than it could a timeout may come: two ticks, the sweep's, and the turn under way.
        private var lateness: Int64 { 400_000_000 + slack }

        /// Whether a client was given up neither too early nor too late.
        private func checkPatience(_ visit: Visit) {
            guard !wasStopped, kernel.faults == nil, !visit.end.isRefused else { return }
            let oldest = visit.inFlight > 0 ? visit.asked[visit.answered.count] : visit.saidGoodbyeAt
            // A message waits from when its client had room for it, though its first byte may be sent later.
            let answers = visit.answered.count
            let room = answers < plan.depth ? visit.askedAt : visit.answered[answers - plan.depth]
            let first = visit.inFlight > 0 ? room : visit.saidGoodbyeAt ?? visit.answered.last ?? visit.askedAt
            if now - first < timeout - slack {
                kernel.fail("client \(visit.end.number) is given up after \(now - first) ns")
            }
            let last = max(visit.answered.last ?? 0, visit.decidedAt ?? 0, oldest ?? 0, visit.askedAt)
            if absences == 0, now - last > timeout + lateness {
                kernel.fail("client \(visit.end.number) is waited for for \(now - last) ns")
            }
        }
    }
#endif
