// The progress of an experiment: a bar that is redrawn on a terminal, one line per trial elsewhere.
import EcoLab
import LinuxIO
import Support

/// Writes to standard error, so that standard output has only the results. One thread at a time.
final class CompareView: Sendable {
    private struct State {
        var isShown = false
        var lastText = ""
        var lastDrawn = Instant(nanoseconds: 0)
    }

    private let state = Monitor(State())

    /// Shows the progress: for each new trial, and otherwise at most once per second.
    func show(_ progress: Laboratory.Progress) {
        let text = state.withLock { state -> String? in
            let isNew = progress.text != state.lastText
            guard isNew || Streams.canRedraw && .now - state.lastDrawn >= .seconds(1) else { return nil }
            state.lastText = progress.text
            state.lastDrawn = .now
            if !Streams.canRedraw { return Self.line(progress).plainLine + "\n" }
            defer { state.isShown = true }
            return (state.isShown ? "\r\u{1B}[K" : "") + Self.bar(progress).plainLine
        }
        if let text { Streams.tell(text) }
    }

    /// Prints a line that stays.
    func tell(_ line: String) {
        clear()
        // It may contain output of servers, so terminal commands are removed.
        Streams.tell(line.plain + "\n")
    }

    /// Erases the progress.
    func clear() {
        let isShown = state.withLock { state -> Bool in
            defer { state.isShown = false }
            return state.isShown
        }
        if isShown { Streams.tell("\r\u{1B}[K") }
    }

    /// Fits into 80 columns.
    private static func bar(_ progress: Laboratory.Progress) -> String {
        let share = Double(progress.trial - 1) / Double(max(1, progress.trials))
        let filled = min(20, Int(share * 20))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
        return "[\(bar)] \(time(progress.left)) left  \(progress.text.prefix(44))"
    }

    private static func line(_ progress: Laboratory.Progress) -> String {
        "\(progress.trial) of \(progress.trials): \(progress.text), \(time(progress.left)) left"
    }

    /// A remaining time, in whole seconds: `4 min 5 s`.
    static func time(_ duration: Duration) -> String {
        Duration.seconds(max(1, duration.seconds.rounded(.up))).told
    }
}
