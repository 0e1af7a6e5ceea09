// Every run as a line, for a spreadsheet: CSV (RFC 4180).
import EcoLoad
import LinuxIO
import ServerHarness

/// All runs, with a heading; times in nanoseconds, memory in bytes.
struct CSVReport {
    private let document: ComparisonDocument

    init(_ document: ComparisonDocument) { self.document = document }

    private static let columns = [
        "order", "round", "server", "scenario", "setting", "step", "tried", "failure", "validity", "messages",
        "seconds", "rate",
        "server_cpu_us_per_message", "generator_cpu_us_per_message", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns",
        "p50_actual_ns", "p99_actual_ns", "voluntary_switches", "involuntary_switches", "page_faults", "processes",
        "threads", "descriptors", "rss_before", "rss_after", "pss_before", "pss_after", "kernel_before", "kernel_after",
        "fairness", "clients_greeted", "errors", "unanswered", "probe_ms",
    ]

    var text: String {
        var lines = [Self.columns]
        for trial in document.trials {
            let steps = trial.steps.isEmpty ? [TrialResult.Step(name: "", failure: trial.failure)] : trial.steps
            for step in steps {
                let head = [
                    "\(trial.order)", "\(trial.round)", trial.entrant, trial.scenario.rawValue, trial.setting,
                    step.name,
                    step.isKnown || step.notMeasured != nil ? "no" : "yes",
                    step.failure ?? trial.failure ?? step.notMeasured ?? "",
                ]
                let figures =
                    step.result.map(Self.figures) ?? .init(repeating: "", count: Self.columns.count - head.count - 1)
                lines.append(head + figures + ["\(trial.probeMilliseconds)"])
            }
        }
        return lines.map { $0.map(Self.field).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func figures(_ result: RunResult) -> [String] {
        let (before, after) = (result.server?.before, result.server?.after)
        func text<T>(_ value: T?) -> String { value.map { "\($0)" } ?? "" }
        // A percentile of no values is not 0.
        func known(_ time: UInt64) -> UInt64? { result.planned.count > 0 ? time : nil }
        return [
            result.validity.word.rawValue, "\(result.messages)", "\(result.seconds)", "\(result.rate)",
            text(result.serverMicrosecondsPerMessage), "\(result.generatorMicrosecondsPerMessage)",
        ] + [50, 90, 99, 99.9].map { text(known(result.planned.percentile($0))) } + [
            text(known(result.planned.max)), text(result.actual.count > 0 ? result.actual.percentile(50) : nil),
            text(result.actual.count > 0 ? result.actual.percentile(99) : nil),
            text(result.server?.voluntarySwitches), text(result.server?.involuntarySwitches),
            text(result.server?.pageFaults), text(after?.processes), text(after?.threads), text(after?.descriptors),
            text(before?.residentBytes), text(after?.residentBytes), text(before?.proportionalBytes),
            text(after?.proportionalBytes), text(before?.kernelBytes), text(after?.kernelBytes),
            "\(result.fairness.index)", "\(result.ledger.greeted)", "\(result.ledger.errors)", "\(result.unanswered)",
        ]
    }

    private static func field(_ text: String) -> String {
        let text = text.plain
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
