// The progress of a load: a few lines that are redrawn on a terminal, one line per second elsewhere.
import EcoLoad
import LinuxIO
import Support

/// Writes to standard error, so that standard output has only the results. One thread at a time.
final class LoadView: Sendable {
    private struct State {
        var linesShown = 0
        var lastLine = Instant(nanoseconds: 0)
        var answeredBefore = 0
        var before = Instant(nanoseconds: 0)
        var rate = 0.0
    }

    private let state = Monitor(State())

    /// Shows the progress.
    func show(_ progress: LoadRun.Progress, repeats: Int) {
        let text = state.withLock { state -> String? in
            let now = Instant.now
            if state.before.nanoseconds == 0 { state.before = now }
            if progress.answered < state.answeredBefore { (state.answeredBefore, state.before) = (0, now) }
            let seconds = (now - state.before).seconds
            if seconds >= 0.5 {
                state.rate = Double(progress.answered - state.answeredBefore) / seconds
                (state.answeredBefore, state.before) = (progress.answered, now)
            }
            if Streams.canRedraw {
                defer { state.linesShown = 3 }
                return Self.erase(state.linesShown) + Self.block(progress, state.rate, repeats)
            }
            guard now - state.lastLine >= .seconds(1) else { return nil }
            state.lastLine = now
            return Self.line(progress, state.rate) + "\n"
        }
        if let text { Streams.tell(text) }
    }

    /// Erases the progress before the results.
    func clear() {
        let text = state.withLock { state -> String in
            defer { state = State() }
            return Streams.canRedraw ? Self.erase(state.linesShown) : ""
        }
        if !text.isEmpty { Streams.tell(text) }
    }

    private static func erase(_ lines: Int) -> String { lines == 0 ? "" : "\u{1B}[\(lines)A\u{1B}[J" }

    private static func stage(_ progress: LoadRun.Progress) -> String {
        switch progress.stage {
        case .connecting: "connecting"
        case .warmingUp: "warming up"
        case .measuring: "measuring"
        case .finishing: "finishing"
        }
    }

    /// Stage and bar; rate and percentiles; clients and errors.
    private static func block(_ progress: LoadRun.Progress, _ rate: Double, _ repeats: Int) -> String {
        let number = repeats > 1 ? " \(progress.repeatNumber + 1) of \(repeats)" : ""
        var first = "\(stage(progress))\(number)"
        if let length = progress.length, length > .zero {
            let share = min(1, Double(progress.elapsed.nanoseconds) / Double(length.nanoseconds))
            let filled = Int(share * 40)
            let left = max(0, (length - progress.elapsed).seconds)
            first +=
                "  [\(String(repeating: "#", count: filled))\(String(repeating: "-", count: 40 - filled))] \(Int(left.rounded(.up))) s left"
        }
        let times =
            progress.recent.count > 0
            ? "p50 \(TimeText(progress.recent.percentile(50)))  p99 \(TimeText(progress.recent.percentile(99)))  max \(TimeText(progress.recent.max))"
            : "no answer yet"
        return
            "\(first)\n  \(RateText(rate).of("message")) per second  \(times)\n  \(Count(progress.clients).of("client"))  \(Count(progress.errors).of("error"))\n"
    }

    private static func line(_ progress: LoadRun.Progress, _ rate: Double) -> String {
        let times =
            progress.recent.count > 0
            ? ", p50 \(TimeText(progress.recent.percentile(50))), p99 \(TimeText(progress.recent.percentile(99)))" : ""
        return
            "\(stage(progress)): \(Count(progress.clients).of("client")), \(RateText(rate))/s\(times), \(Count(progress.errors).of("error"))"
    }
}
