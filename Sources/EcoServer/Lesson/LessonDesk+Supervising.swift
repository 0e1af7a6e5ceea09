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
                obey(state.withLock { $0.leaving.order(of: arrival, at: moment) })
            }
            for request in service.control.takeRequests() {
                obey(state.withLock { $0.leaving.order(of: request, at: moment) })
            }
            if phase == .serving, state.withLock({ $0.leaving.hasLostListeners }) { obey(.leave) }
            if phase == .serving { continue }
            judge(since: begin + Self.kickInterval)
            state.withLock { for index in 0..<$0.threads.count { Thread.kick($0.threads[index]) } }
        }
    }

    private func obey(_ order: Leaving.Order) {
        switch order {
        case .nothing: break
        case .leave:
            state.withLock { $0.leaving.begin(at: .now, listeners: listenerCount) }
            phaseNow.store(.leaving, ordering: .releasing)
        case .quit(let signal): finish { _ in .quit(signal) }
        case .report(let process): service.tellCounters(to: process)
        }
    }

    /// Ends serving if the time for leaving is over.
    private func judge(since due: Instant) {
        let now = Instant.now
        let absence = Absence(from: due, to: now)
        guard state.withLock({ $0.leaving.judgeDeadline(at: now, absence) }) else { return }
        // A refused client that lingers does not count as a loss.
        finish { $0.leaving.outcome(clientsLeft: $0.admission.clients, hasBacklog: $0.mayHaveBacklog) }
    }

    /// Ends serving; the first outcome stands.
    private func finish(_ end: (borrowing State) -> ServerOutcome) {
        guard phase != .over else { return }
        // In this order: a thread that sees the end may be the last to leave, and then somebody asks how it went.
        state.withLock { $0.end = end($0) }
        phaseNow.store(.over, ordering: .releasing)
        state.wakeAll()
    }
}
