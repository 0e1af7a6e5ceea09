// A report for people: one line per case as it ends, with its failure below it, and a table.
import LinuxIO
public import Support

/// Writes the report's lines in one language.
public struct TextReport: Sendable {
    public let language: Language
    /// Whether it may use a terminal's colours.
    public let hasColours: Bool

    public init(_ language: Language, hasColours: Bool) {
        self.language = language
        self.hasColours = hasColours
    }

    private static let indent = String(repeating: " ", count: 13)
    private static let width = 78

    // MARK: - While it runs

    /// The heading above the cases.
    public func header(_ report: CheckReport) -> String {
        let trip = report.roundTrip.map { tell("round trip \($0.short)", "ida e volta \($0.short)") }
        let facts = [
            trip ?? tell("no answer yet", "sem resposta ainda"),
            tell("patience \(report.patience)", "paciência \(report.patience)"),
            tell("seed \(report.seed)", "semente \(report.seed)"),
        ]
        var text = "eco check: \(report.target.plainLine)\n\(facts.joined(separator: ", "))\n"
        if !report.servesSeveralClients {
            text += tell(
                "The server serves one client at a time: cases that need more are not run, see 1.4.\n",
                "O servidor atende um cliente por vez: os casos que precisam de mais não são executados, veja 1.4.\n")
        }
        return text
    }

    /// The heading of a level.
    public func heading(_ level: Level) -> String { "\n\(bold(name(level)))\n" }

    public func name(_ level: Level) -> String {
        switch level {
        case .lesson: tell("lesson", "lição")
        case .robust: tell("robust", "robusto")
        case .hostile: tell("hostile", "hostil")
        }
    }

    /// A case's line, and its failure.
    ///
    /// - Parameter inFull: repeats what was reported for an earlier case, for a reader who sees only this one.
    public func result(_ result: CheckReport.Result, inFull: Bool = false) -> String {
        let id = result.test.id.padded(5)
        let title = result.test.title.in(language)
        switch result.outcome {
        case .passed: return "  \(green("ok"))    \(id)\(title)\n"
        case .notChecked(let reason, _): return "  --    \(id)\(title) (\(reason.in(language).plain))\n"
        case .failed(let failure):
            let repetition = inFull ? nil : failure.repetition
            let line = "  \(red(tell("FAIL", "ERRO")))  \(id)\(title)"
            guard let repetition else { return line + "\n" + details(failure, result) + "\n" }
            if repetition.isWhole { return line + tell(" (as \(repetition.id))", " (como \(repetition.id))") + "\n" }
            return line + "\n" + details(failure, result, causeOf: repetition.id) + "\n"
        }
    }

    /// - Parameter id: a case whose cause was reported.
    private func details(_ failure: CheckReport.Failure, _ result: CheckReport.Result, causeOf id: String? = nil)
        -> String
    {
        let finding = failure.finding
        var text = ""
        if !finding.steps.isEmpty { text += row(tell("sent", "enviado"), steps(finding.steps)) }
        text += comparison(finding)
        if let note = finding.note { text += row(tell("seen", "visto"), note.in(language)) }
        if let death = failure.death { text += row("", death.in(language)) }
        if !failure.output.isEmpty { text += row(tell("it said", "ele disse"), failure.output) }
        if let id { return text + row(tell("why", "por quê"), tell("as \(id)", "como \(id)")) }
        text += row(tell("why", "por quê"), result.mistake.why.in(language))
        return text + row(tell("read", "leia"), result.explainCommand)
    }

    private func steps(_ steps: [Finding.Step]) -> String {
        let shown = steps.suffix(4).map { step in
            switch step {
            case .sent(let bytes): ByteText(bytes).text
            case .endedSending: tell("the end of its stream", "o fim do seu fluxo")
            case .reset: tell("a reset", "um reset")
            }
        }
        let skipped = steps.count - shown.count
        let head = skipped == 0 ? [] : [tell(Count(skipped).of("text"), Count(skipped).of("texto"))]
        return (head + shown).joined(separator: tell(", then ", ", depois "))
    }

    private func comparison(_ finding: Finding) -> String {
        let (expected, got) = (tell("expected", "esperado"), tell("got", "veio"))
        switch finding.expected {
        case .fact(let fact):
            let end = finding.ending == .open ? "" : row(got, ending(finding, ""))
            return row(expected, fact.in(language)) + end
        case .line(let line): return row(expected, line.in(language)) + row(got, ending(finding, said(finding)))
        case .end:
            return row(expected, tell("the end of the stream", "o fim do fluxo"))
                + row(got, ending(finding, said(finding)))
        case .bytes(let bytes):
            let place = finding.firstDifference ?? 0
            let left = ByteText(bytes, marked: place)
            let right = ByteText(finding.got, marked: place)
            let marker = "^ byte \(place)"
            let column = left.column ?? right.column ?? 0
            return row(expected, left.text, wrapped: false)
                + row(got, ending(finding, finding.got.isEmpty ? "" : right.text), wrapped: false)
                + (finding.got.isEmpty ? "" : row("", String(repeating: " ", count: column) + marker, wrapped: false))
        }
    }

    private func said(_ finding: Finding) -> String { finding.got.isEmpty ? "" : ByteText(finding.got).text }

    /// What came, and how the connection ended.
    private func ending(_ finding: Finding, _ bytes: String) -> String {
        let end: String
        switch (finding.ending, finding.rest) {
        case (.open, .unknown) where !bytes.isEmpty: return bytes
        case (.open, .late) where !bytes.isEmpty: end = tell("not the rest in time", "não o resto a tempo")
        case (.open, _): end = tell("silence", "silêncio")
        case (.endOfStream, _): end = tell("the end of the stream", "o fim do fluxo")
        case (.reset, _): end = tell("a reset of the connection", "um reset da conexão")
        case (.refused, _): end = tell("the connection is refused", "a conexão é recusada")
        }
        return bytes.isEmpty ? end : tell("\(bytes), then \(end)", "\(bytes), depois \(end)")
    }

    // MARK: - At the end

    /// The table of levels and points, and whether the requested level holds.
    public func summary(_ report: CheckReport) -> String {
        let head = [
            tell("level", "nível"), tell("passed", "certos"), tell("failed", "errados"),
            tell("not checked", "não verif."), tell("points", "pontos"),
        ]
        func row(_ name: String, _ score: CheckReport.Score) -> [String] {
            [
                name, "\(score.passed)", "\(score.failed)", "\(score.notChecked)",
                "\(score.points) / \(score.pointsPossible)",
            ]
        }
        let scores = report.levels.map { ($0, report.score($0)) }
        var rows = [head] + scores.map { row(name($0), $1) }
        if scores.count > 1 { rows.append(row(tell("all", "todos"), scores.reduce(.init()) { $0 + $1.1 })) }
        let columns: [TextTable.Column] = [.left(10)] + .init(repeating: .right(13), count: 4)
        let table = rows.map { TextTable.line($0, columns) }
        return "\n" + table.joined(separator: "\n") + "\n\n" + verdict(report) + "\n"
    }

    private func verdict(_ report: CheckReport) -> String {
        let level = name(report.level)
        let time = " (\(report.duration.short))"
        let asked = report.results.filter { $0.test.level <= report.level && $0.counts }
        if !report.results.isEmpty, report.results.allSatisfy({ $0.test.level > report.level }) {
            return red(
                tell(
                    "Level \(level) is not decided: only cases of higher levels were run",
                    "O nível \(level) não foi decidido: só foram executados casos de níveis acima"))
                + "\(time)."
        }
        if asked.isEmpty {
            return red(tell("Nothing was checked at level \(level).", "Nada foi verificado no nível \(level)."))
        }
        if report.holds(report.level) {
            let cases =
                asked.count == 1
                ? tell(", in the one case that was run", ", no único caso executado")
                : tell(", in the \(asked.count) cases that were run", ", nos \(asked.count) casos executados")
            let scope = report.isComplete ? "" : cases
            return green(
                tell(
                    "The server keeps the protocol at level \(level)", "O servidor cumpre o protocolo no nível \(level)"
                ))
                + "\(scope)\(time)."
        }
        let failed = report.failed.filter { $0.test.level <= report.level }
        let prevented = report.prevented.filter { $0.test.level <= report.level }
        var lines = [tell("Failed: ", "Erros: ") + listed(failed)]
        for (reason, results) in Self.grouped(prevented) {
            lines.append(
                tell("Not run, ", "Não executados, ") + "\(reason.in(language).plain): \(listed(results))")
        }
        return red(
            tell(
                "The server does not keep the protocol at level \(level)",
                "O servidor não cumpre o protocolo no nível \(level)"))
            + "\(time).\n" + lines.filter { !$0.hasSuffix(": ") }.joined(separator: "\n")
    }

    /// The ids, the first twelve of them.
    private func listed(_ results: [CheckReport.Result]) -> String {
        let more = results.count - 12
        return results.prefix(12).map(\.test.id).joined(separator: ", ")
            + (more > 0 ? tell(" and \(more) more", " e mais \(more)") : "")
    }

    /// Cases that were not run, by the reason.
    private static func grouped(_ results: [CheckReport.Result]) -> [(Text, [CheckReport.Result])] {
        var groups: [(Text, [CheckReport.Result])] = []
        for result in results {
            guard case .notChecked(let reason, _) = result.outcome else { continue }
            if let index = groups.firstIndex(where: { $0.0 == reason }) {
                groups[index].1.append(result)
            } else {
                groups.append((reason, [result]))
            }
        }
        return groups
    }

    /// The list of all cases.
    public func list(_ cases: [CheckCase]) -> String {
        cases.map { test in
            let spawn = test.needs.contains(.process) ? " (--spawn)" : ""
            let cells = [test.id, name(test.level), test.title.in(language) + spawn]
            return TextTable.line(cells, [.left(6), .left(9), .rest]) + "\n"
        }.joined()
    }

    // MARK: - Form

    func tell(_ english: String, _ portuguese: String) -> String { Text(english, pt: portuguese).in(language) }

    /// A labelled text below a case, in as many lines as needed.
    private func row(_ label: String, _ text: String, wrapped: Bool = true) -> String {
        // What a server prints must not command the terminal, nor fill it.
        var text = text.plainLine
        if wrapped, text.count > 400 { text = text.prefix(400) + "…" }
        let lines =
            wrapped ? text.wrapped(Self.width - Self.indent.count - 10, keepsSpaces: true) : [text]
        return lines.labelled(label, width: 10).map { Self.indent + $0 + "\n" }.joined()
    }

    private func bold(_ text: String) -> String { coloured(text, "1") }
    private func red(_ text: String) -> String { coloured(text, "1;31") }
    private func green(_ text: String) -> String { coloured(text, "32") }
    private func coloured(_ text: String, _ code: String) -> String {
        hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
