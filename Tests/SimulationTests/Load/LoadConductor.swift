// Tells the simulated load generator what to do, as `LoadRun` tells the real one.
#if DEBUG
    import LinuxIO
    import SimulatedKernel
    @testable import EcoLoad

    /// Gives the orders of one run: begin once all are there, leave once the window is over, perhaps an early end.
    final class LoadConductor {
        private enum Stage { case connecting, talking, finishing }

        private unowned let kernel: SimulatedKernel
        private let referee: LoadReferee
        private let plan: LoadPlan
        var coordinator: Coordinator?
        /// When it looks how the run goes, as `LoadRun` does.
        private var looksAt: Int64 = 0
        private var stage = Stage.connecting
        /// When the run is ended early, and whether soon; nil is never.
        var stop: (at: Int64, isSoon: Bool)?
        /// When talking began, and the window that was ordered.
        private(set) var start: Int64?
        private(set) var window: Range<Int64>?
        var wasStopped: Bool { referee.wasStopped }

        init(_ kernel: SimulatedKernel, _ referee: LoadReferee, _ plan: LoadPlan) {
            self.kernel = kernel
            self.referee = referee
            self.plan = plan
        }

        private var isReady: Bool { coordinator?.waitUntilReady(Instant(nanoseconds: 0)) ?? false }

        var nextMoment: Int64? {
            guard coordinator != nil else { return nil }
            var next = stop.map { max($0.at, kernel.now) } ?? .max
            switch stage {
            case .connecting: if isReady { next = kernel.now }
            case .talking: next = min(next, max(window!.upperBound, kernel.now))
            case .finishing: break
            }
            return next == .max ? nil : next
        }

        func act() {
            guard let coordinator else { return }
            // Its calls are those of the generator's process.
            kernel.run { act(coordinator) }
        }

        private func isTalkingOver(_ coordinator: Coordinator) -> Bool {
            guard kernel.now >= looksAt else { return false }
            looksAt = kernel.now + 100_000_000
            return coordinator.progress.phase.isAfterTalking
        }

        private func act(_ coordinator: Coordinator) {
            if let stop, kernel.now >= stop.at {
                self.stop = nil
                referee.wasStopped = true
                if stop.isSoon { referee.endedSoonAt = kernel.now }
                kernel.trace.note(kernel.now, "the run is ended")
                coordinator.give(.stop(soon: stop.isSoon))
            }
            switch stage {
            case .connecting:
                guard isReady else { return }
                stage = .talking
                let begin = kernel.now + 2_000_000
                let lower = begin + Int64(plan.warmupSeconds * 1e9)
                start = begin
                window = lower..<(lower + Int64(plan.durationSeconds * 1e9))
                if !wasStopped { coordinator.give(.begin(start: begin, window: window!)) }
            case .talking:
                guard kernel.now >= window!.upperBound || isTalkingOver(coordinator) else { return }
                stage = .finishing
                coordinator.letLeave()
            case .finishing: break
            }
        }
    }
#endif
