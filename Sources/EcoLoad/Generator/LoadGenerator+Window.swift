// The measured window, and its seconds.
import LinuxIO
import Reactor

extension LoadGenerator where Kind: ~Copyable {
    mutating func openWindow() {
        guard phase == .talking else { return }
        quota = job.messages ?? .max
        if job.plan.warmupSeconds > 0 {
            // Messages that were sent in this turn belong to the warm-up.
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
        // If sessions are measured, those of the warm-up do not count.
        if !Kind.countsSessions {
            measurements.connecting = connecting
            measurements.greeting = greeting
        }
    }

    /// Talking is over, and with it the window, unless its end was set otherwise.
    mutating func endWindow() {
        if Kind.measuresAtEnd {
            // The answers are measured, however long they take.
            window = Instant.now.nanoseconds..<Int64.max
            beginUse()
        } else if quota == 0 {
            // A number of messages was to be answered.
            window = window.lowerBound..<Int64.max
        } else {
            window = window.lowerBound..<max(window.lowerBound, min(window.upperBound, loop.now.nanoseconds))
            endUse()
        }
    }

    /// From now on, the generator's own use is counted.
    mutating func beginUse() {
        pauses.total = 0
        windowUse = .now
    }

    /// Notes the generator's use in the window; a second call does nothing.
    mutating func endUse() {
        guard let windowUse else { return }
        measurements.use += .now - windowUse
        measurements.pauseNanoseconds = pauses.total
        self.windowUse = nil
    }

    // MARK: - Seconds

    /// Ends the current second, and those that have passed without a turn.
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
