// How a blocking model is asked to leave, and leaves.
internal import LinuxIO
internal import Reactor
internal import Synchronization

extension LessonDesk {
    /// The interval at which threads that may have missed the signal get it again.
    private static let kickInterval = Duration.milliseconds(20)

    /// The supervisor: obeys requests and signals until every thread has left. Blocks.
    func supervise() {
        let numbers = [service.control.waker.number, service.signals?.descriptor.number ?? -1]
        while state.withLock({ $0.expected > 0 }) {
            let begin = Instant.now
            Poll.isAnyReadable(numbers, timeout: phase == .serving ? nil : Self.kickInterval)
            let moment = Instant.now
            while let arrival = service.signals?.descriptor.next() {
                obey { $0.leaving.order(of: arrival, at: moment) }
            }
            for request in service.control.takeRequests() { obey { $0.leaving.order(of: request, at: moment) } }
            if phase == .serving { continue }
            judge(since: begin + Self.kickInterval)
            state.withLock { for index in 0..<$0.threads.count { Thread.kick($0.threads[index]) } }
        }
    }

    /// Does what a request, a signal or the end of the last listener orders; any thread may call this.
    func obey(_ request: (inout State) -> Leaving.Order) {
        let order = change { state in
            let order = request(&state)
            switch order {
            case .leave: state.leaving.begin(at: .now, listeners: state.listeners)
            case .quit(let signal): state.leaving.quit(by: signal)
            case .nothing, .report: break
            }
            return order
        }
        if case .report(let process) = order { service.tellCounters(to: process) }
    }

    /// Ends serving if the time for leaving is over.
    private func judge(since due: Instant) {
        let now = Instant.now
        let absence = Absence(from: due, to: now)
        change { state in
            guard state.leaving.judgeDeadline(at: now, absence) else { return }
            // A refused client that lingers does not count as a loss.
            state.leaving.finish(clientsLeft: state.admission.clients, hasBacklog: state.mayHaveBacklog)
        }
    }

    /// Changes the state, and tells all threads the phase that it has then.
    func change<Result>(_ body: (inout State) -> Result) -> Result {
        let (result, isOver) = state.withLock { state in
            let result = body(&state)
            // Under the lock: a thread that sees the end may be the last to leave, and then the outcome is asked for.
            phaseNow.store(state.leaving.phase, ordering: .releasing)
            return (result, state.leaving.phase == .over)
        }
        if isOver { state.wakeAll() }
        return result
    }
}
