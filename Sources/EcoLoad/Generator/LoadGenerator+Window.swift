// The measured window, and its seconds.
import LinuxIO
import Reactor

extension LoadGenerator where Kind: ~Copyable {
    mutating func openWindow() {
        guard phase == .talking else { return }
        quota = job.messages ?? .max
        if job.plan.warmupSeconds > 0 {
            // What was sent in this very turn belongs to the warm-up.
            let now = Instant.now.nanoseconds
            window = now..<max(now, window.upperBound)
        }
        if second.sample.second < 0 { closeSecond(loopNow: window.lowerBound) }
        for slot in 0..<clients.end { clients[slot].answered = 0 }
        let (ledger, series) = (measurements.ledger, measurements.series)
        let (connecting, greeting) = (measurements.connecting, measurements.greeting)
        let wrong = measurements.firstWrongByte
        measurements = Measurements()
        Kind.windowBegins(in: &self)
        beginUse()
        measurements.ledger = ledger
        measurements.series = series
        measurements.firstWrongByte = wrong
        // Sessions of the warm-up do not count where sessions are what is measured.
        if !Kind.countsSessions {
            measurements.connecting = connecting
            measurements.greeting = greeting
        }
    }

    /// Talking is over, and with it the window, unless something else was said of its end.
    mutating func endWindow() {
        if Kind.measuresAtEnd {
            // The answers are what is measured, however long they take.
            window = Instant.now.nanoseconds..<Int64.max
            beginUse()
        } else if quota == 0 {
            // So many messages were to be answered.
            window = window.lowerBound..<Int64.max
        } else {
            window = window.lowerBound..<max(window.lowerBound, min(window.upperBound, loop.now.nanoseconds))
            endUse()
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
            second.sample.clients = talking
            second.sample.errors = measurements.ledger.errors
            second.sample.take(second.times)
            measurements.planned.add(second.times)
            measurements.series.append(second.sample)
            second.advance()
        } while now >= second.end && phase == .talking
    }

    var progress: Coordinator.Progress {
        Coordinator.Progress(
            phase: phase, clients: talking, answered: measurements.answered, ledger: measurements.ledger,
            recent: second.times)
    }
}
