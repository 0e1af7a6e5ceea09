// The measured window, and its seconds.
import LinuxIO
import Reactor

extension LoadGenerator {
    mutating func openWindow() {
        guard phase == .talking else { return }
        quota = share.messages ?? .max
        if plan.warmupSeconds > 0 {
            // What was sent in this very turn belongs to the warm-up.
            let now = Instant.now.nanoseconds
            window = now..<max(now, window.upperBound)
        }
        if current.second < 0 { closeSecond(loopNow: window.lowerBound) }
        for slot in 0..<clients.end { clients[slot].answered = 0 }
        let (ledger, series) = (measurements.ledger, measurements.series)
        let (connecting, greeting) = (measurements.connecting, measurements.greeting)
        let wrong = measurements.firstWrongByte
        measurements = Measurements()
        backlog.windowBegins()
        beginUse()
        measurements.ledger = ledger
        measurements.series = series
        measurements.firstWrongByte = wrong
        // Sessions of the warm-up do not count where sessions are what is measured.
        if plan.mode != .churn {
            measurements.connecting = connecting
            measurements.greeting = greeting
        }
    }

    /// From here on, what the generator takes is counted.
    mutating func beginUse() {
        pauses.total = 0
        windowUse = .now
    }

    /// What it took in the window is known; another time this does nothing.
    mutating func endUse() {
        guard let windowUse else { return }
        measurements.use += .now - windowUse
        measurements.pauseNanoseconds = pauses.total
        self.windowUse = nil
    }

    // MARK: - Seconds

    /// Ends the second under way, and those that have passed without a turn.
    mutating func closeSecond(loopNow now: Int64) {
        repeat {
            current.clients = talking
            current.errors = measurements.ledger.errors
            current.take(currentTimes)
            measurements.planned.add(currentTimes)
            measurements.series.append(current)
            currentTimes.reset()
            current = SecondSample(second: current.second + 1)
            secondEnd &+= 1_000_000_000
        } while now >= secondEnd && phase == .talking
    }

    var progress: Coordinator.Progress {
        Coordinator.Progress(
            phase: phase, clients: talking, answered: measurements.answered, ledger: measurements.ledger,
            recent: currentTimes)
    }
}
