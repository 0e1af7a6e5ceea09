// A class's reports side by side.
import EcoLoad
import Support

/// One table of several experiments: a row per figure and server, a column per machine. Markdown.
public struct ClassTable {
    public let text: String

    /// - Parameter reports: each with its name in the table.
    public init(_ reports: [(name: String, document: ComparisonDocument)]) {
        let analyses = reports.map { Analysis($0.document) }
        var parts = ["# \(Count(reports.count).of("report")) side by side", Self.machines(reports)]
        if Set(reports.map(\.document.experiment.baseline)).count > 1 {
            parts.append(
                "These reports do not all have the same baseline: each column's factors are relative to its own.")
        }
        let heading = (["figure", "server"] + reports.map(\.name)).map(MarkdownReport.cell)
        let line = ["---", "---"] + reports.map { _ in "---:" }
        let rows = Scenario.allCases.flatMap(\.judged).flatMap { Self.rows($0, reports, analyses) }
        parts.append(([heading, line] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n"))
        parts.append(
            "A factor is the server's figure divided by the baseline's, with the interval that holds for all verdicts of its report together; `same`: no difference that matters; `?`: no difference shown; `-`: not measured."
        )
        text = parts.joined(separator: "\n\n") + "\n"
    }

    private static func machines(_ reports: [(name: String, document: ComparisonDocument)]) -> String {
        reports.map { name, document in
            let machine = document.machine
            return
                "- \(MarkdownReport.cell(name)): \(MarkdownReport.cell(machine.processor)), \(Count(machine.processors).of("processor")), Linux \(MarkdownReport.cell(machine.kernel)), \(Count(document.experiment.rounds).of("round")) of \(document.experiment.durationSeconds) s, \(Count(Int(document.experiment.commonRate ?? 0)).of("message")) per second for all, baseline \(document.experiment.baseline); \(document.steadiness.sentence)"
        }.joined(separator: "\n")
    }

    private static func rows(
        _ judged: JudgedFigure, _ reports: [(name: String, document: ComparisonDocument)], _ analyses: [Analysis]
    ) -> [[String]] {
        var names: [String] = []
        for report in reports {
            for entrant in report.document.experiment.entrants where !names.contains(entrant.name) {
                names.append(entrant.name)
            }
        }
        return names.compactMap { name in
            let cells = analyses.map { text(judged, name, $0) }
            let figure = "\(judged.setting), \(judged.title)"
            return cells.allSatisfy { $0 == "-" } ? nil : [figure, name].map(MarkdownReport.cell) + cells
        }
    }

    /// A value, and the verdict on it.
    private static func text(_ judged: JudgedFigure, _ name: String, _ analysis: Analysis) -> String {
        guard let estimate = analysis.estimate(name, judged) else { return analysis.absence(name, judged) }
        let value = judged.figure.text(estimate.mean)
        let verdict = analysis.verdict(name, judged)
        switch verdict?.word {
        case .more, .less:
            let (low, high) = (verdict?.low ?? 0, verdict?.high ?? 0)
            return "\(value), **\(Verdict.times(low, high))**"
        case .same: return "\(value), same"
        case .undecided: return "\(value), ?"
        default: return ([value] + [analysis.failureNote(name, judged)].compactMap(\.self)).joined(separator: ", ")
        }
    }
}
