// A report for a README or a hand-in: Markdown.
import EcoLoad
import LinuxIO
import Support

/// The summary as Markdown.
public struct MarkdownReport {
    private let content: ReportContent
    private let plots: Set<Scenario>

    public init(_ document: ComparisonDocument) { self.init(ReportContent(document), plots: []) }

    init(_ content: ReportContent, plots: Set<Scenario>) {
        self.content = content
        self.plots = plots
    }

    /// The whole summary, with references to the plots beside it.
    public var text: String {
        let experiment = content.document.experiment
        var parts = [
            "# \(content.names.listed)",
            "Compared by `eco compare` on \(content.date): \(Self.escaped(content.document.machine.processor)), \(Count(content.document.machine.processors).of("processor")), Linux \(Self.escaped(content.document.machine.kernel)); \(Count(experiment.rounds).of("round")), seed \(experiment.seed). Factors in brackets are relative to \(experiment.baseline); `?`: the rounds show no difference.",
            table(content.summary),
        ]
        if !content.warnings.isEmpty { parts.append(list(content.warnings.map { "**\(Self.escaped($0))**" })) }
        for section in content.sections {
            parts.append("## \(section.title)")
            parts.append("\(Self.escaped(section.question))")
            parts.append("*\(Self.escaped(section.load))*")
            if plots.contains(section.scenario) {
                parts.append("![\(Self.escaped(section.insight))](\(section.scenario.rawValue).svg)")
            }
            parts.append(Self.escaped(section.insight))
            let lines = section.verdicts.map(\.text) + section.failures
            if !lines.isEmpty { parts.append(list(lines.map(Self.escaped))) }
        }
        let findings = content.document.gates.filter { !$0.findings.isEmpty }
        if !findings.isEmpty {
            parts.append("## What `eco check` found")
            parts.append(
                list(
                    findings.map { gate in
                        "\(gate.entrant) (\(gate.points) of \(gate.pointsPossible) points) fails "
                            + gate.findings.map { "\(Self.escaped($0.id)) \(Self.escaped($0.title))" }.joined(
                                separator: "; ")
                    }))
        }
        parts.append("## How it was measured")
        parts.append(Self.escaped(content.method))
        parts.append(list(content.facts.map { "\($0.0): \(Self.escaped($0.1))" }))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The table and the headlines, for a terminal.
    public var summary: String {
        var lines = [""]
        for section in content.sections {
            lines.append("\(section.scenario.rawValue): \(section.insight)")
            lines += section.verdicts.filter { $0.tone != .faint }.map { "  - \($0.text)" }
        }
        return lines.map(\.paragraph).joined()
    }

    // MARK: - Parts

    private func table(_ table: ReportTable) -> String {
        var lines = [table.header.map { Self.cell($0.replacing("\n", with: ", ")) }.joined(separator: " | ")]
        lines.append(table.header.indices.map { $0 == 0 ? "---" : "---:" }.joined(separator: " | "))
        lines += table.rows.map { row in
            row.map { Self.cell($0.note.isEmpty ? $0.text : "\($0.text) (\($0.note))") }.joined(separator: " | ")
        }
        return lines.map { "| \($0) |" }.joined(separator: "\n")
    }

    private func list(_ lines: [String]) -> String { lines.map { "- \($0)" }.joined(separator: "\n") }

    /// Text within a table.
    static func cell(_ text: String) -> String { escaped(text).replacing("|", with: "\\|") }

    /// What servers print is plain text: it must not act as Markdown, nor as terminal commands.
    static func escaped(_ text: String) -> String {
        text.plainLine.map { "\\`*_<>[]#".contains($0) ? "\\\($0)" : $0.isNewline ? " " : "\($0)" }.joined()
    }
}
