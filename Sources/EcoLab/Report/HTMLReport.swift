// A report as one self-contained page.
import EcoLoad
import FoundationEssentials
import Support

/// The page.
struct HTMLReport {
    private let content: ReportContent
    private let plots: [Scenario: String]

    /// - Parameter plots: SVG.
    init(_ content: ReportContent, plots: [Scenario: String]) {
        self.content = content
        self.plots = plots
    }

    var text: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>eco compare: \(Markup.escaped(content.names.listed))</title>
        <link rel="icon" href="data:,">
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <header>
        <p class="kicker">eco compare</p>
        <h1>\(Markup.escaped(content.names.listed))</h1>
        <p>\(Markup.escaped(lead))</p>
        </header>
        <main>
        \(warnings)
        <section id="summary">
        <h2>All at a glance</h2>
        \(table(content.summary))
        <p class="small">The small number is the factor relative to <b>\(Markup.escaped(content.document.experiment.baseline))</b>, the baseline. <span class="better">Green</span> is better and <span class="worse">red</span> is worse, by more than chance and by more than 3 %; <i>same</i>: no difference that matters; <i>?</i>: no difference shown by these rounds.</p>
        <nav>\(content.sections.map { "<a href=\"#\($0.scenario.rawValue)\">\(Markup.escaped($0.scenario.rawValue))</a>" }.joined(separator: " "))</nav>
        </section>
        \(content.sections.map(section).joined(separator: "\n"))
        \(findings)
        <section id="method">
        <h2>How it was measured</h2>
        <p>\(Markup.escaped(content.method))</p>
        <dl>\(content.facts.map { "<dt>\(Markup.escaped($0.0))</dt><dd>\(Markup.escaped($0.1))</dd>" }.joined())</dl>
        <p class="small">Every run is in <a href="results.csv">results.csv</a>, everything in <a href="results.json">results.json</a>, the short form in <a href="summary.md">summary.md</a>.</p>
        \(commands)
        </section>
        </main>
        </body>
        </html>

        """
    }

    private var lead: String {
        let document = content.document
        return
            "\(content.date), \(document.machine.processor), \(Count(document.machine.processors).of("processor")), Linux \(document.machine.kernel). \(Count(document.experiment.rounds).of("round")), seed \(document.experiment.seed)."
    }

    // MARK: - Parts

    private var warnings: String {
        let all = content.warnings
        return all.isEmpty ? "" : "<ul class=\"warnings\">\(all.map { "<li>\(Markup.escaped($0))</li>" }.joined())</ul>"
    }

    private func section(_ section: ReportContent.Section) -> String {
        let picture =
            plots[section.scenario].map { svg in
                "<img src=\"data:image/svg+xml;base64,\(Data(svg.utf8).base64EncodedString())\" alt=\"\(Markup.escaped(section.insight))\">"
            }
            ?? (section.hasNothingToDraw
                ? "" : "<p class=\"warnings\">No plot here: \(Markup.escaped(Gnuplot.remedy))</p>")
        let verdicts = section.verdicts.map { cell in
            "<li class=\"\(Self.name(cell.tone))\">\(Markup.escaped(cell.text))</li>"
        }
        let failures = section.failures.map { "<li class=\"failed\">\(Markup.escaped($0))</li>" }
        let list = (verdicts + failures).joined()
        return """
            <section id="\(section.scenario.rawValue)">
            <h2>\(Markup.escaped(section.title)) <span class="tag">\(section.scenario.rawValue)</span></h2>
            <p class="question">\(Markup.escaped(section.question))</p>
            <p class="insight">\(Markup.escaped(section.insight))</p>
            <figure><div class="plot">\(picture)</div><figcaption>\(Markup.escaped(section.load))</figcaption></figure>
            \(list.isEmpty ? "" : "<ul class=\"verdicts\">\(list)</ul>")
            \(section.figures.rows.isEmpty ? "" : table(section.figures))
            </section>
            """
    }

    private func table(_ table: ReportTable) -> String {
        let header = table.header.map { text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Markup.escaped(String($0)) }
            return "<th scope=\"col\">\(lines.joined(separator: "<br>"))</th>"
        }.joined()
        let rows = table.rows.map { row in
            let cells = row.enumerated().map { index, cell in
                let note = cell.note.isEmpty ? "" : "<small>\(Markup.escaped(cell.note))</small>"
                return index == 0
                    ? "<th scope=\"row\">\(Markup.escaped(cell.text))\(note)</th>"
                    : "<td class=\"\(Self.name(cell.tone))\">\(Markup.escaped(cell.text))\(note)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return
            "<div class=\"table\" tabindex=\"0\"><table><thead><tr>\(header)</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
    }

    private var findings: String {
        let gates = content.document.gates
        let items = gates.map { gate -> String in
            let points = gate.pointsPossible > 0 ? "\(gate.points) of \(gate.pointsPossible) points" : "not checked"
            let word = gate.isAdmitted ? "" : " and is not measured: \(gate.reason ?? "")"
            let cases = gate.findings.map {
                "<li><b>\(Markup.escaped($0.id))</b> \(Markup.escaped($0.title)). <span class=\"faint\">\(Markup.escaped($0.why))</span></li>"
            }.joined()
            return
                "<h3>\(Markup.escaped(gate.entrant)): \(points)\(Markup.escaped(word))</h3>\(cases.isEmpty ? "" : "<ul class=\"findings\">\(cases)</ul>")"
        }
        return
            "<section id=\"check\"><h2>What eco check found</h2><p>Servers that keep the lesson's level of the protocol are measured. What they fail beyond that level does not keep them out:</p>\(items.joined())</section>"
    }

    private var commands: String {
        let items = content.document.experiment.entrants.map {
            "<dt>\(Markup.escaped($0.name))</dt><dd><code>\(Markup.escaped($0.command))</code></dd>"
        }
        return "<h3>The servers' commands</h3><dl>\(items.joined())</dl>"
    }

    // MARK: - Text

    private static func name(_ tone: ReportTable.Cell.Tone) -> String { "\(tone)" }

    private static let style = """
        :root { --ink: #1d2733; --soft: #5b6875; --line: #dde3e9; --paper: #ffffff; --wash: #f5f7f9; --accent: #0072b2; --good: #00724e; --bad: #b13a00; }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--wash); font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        header { background: #10212f; color: #fff; padding: 2.2rem 1rem 1.8rem; }
        header > *, main { max-width: 72rem; margin-left: auto; margin-right: auto; }
        header h1 { margin-top: .1rem; margin-bottom: .5rem; font-size: clamp(1.5rem, 4.5vw, 2.4rem); line-height: 1.2; overflow-wrap: anywhere; }
        header p { margin-top: 0; margin-bottom: 0; color: #c6d3de; }
        .kicker { letter-spacing: .12em; text-transform: uppercase; font-size: .8rem; }
        main { padding: 1rem; }
        section { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1.3rem 1.5rem; margin: 1.2rem 0; }
        h2 { margin: 0 0 .4rem; font-size: 1.45rem; line-height: 1.25; }
        h3 { margin: 1.2rem 0 .3rem; font-size: 1.05rem; }
        .tag { font: 500 .75rem/1 ui-monospace, monospace; color: var(--soft); border: 1px solid var(--line); border-radius: 99px; padding: .2rem .55rem; vertical-align: middle; white-space: nowrap; }
        .question { color: var(--soft); margin: 0 0 .6rem; }
        .insight { font-size: 1.12rem; font-weight: 600; margin: .4rem 0 .8rem; }
        figure { margin: 0; }
        .plot { overflow-x: auto; }
        figure img { display: block; width: 100%; height: auto; }
        figcaption { color: var(--soft); font-size: .85rem; margin: .2rem 0 .8rem; }
        ul { padding-left: 1.2rem; }
        .verdicts { list-style: none; padding: 0; margin: .4rem 0 1rem; }
        .verdicts li { border-left: 4px solid var(--line); padding: .1rem .7rem; margin: .25rem 0; }
        .verdicts li.better { border-color: var(--good); }
        .verdicts li.worse, .verdicts li.failed { border-color: var(--bad); }
        .verdicts li.faint { color: var(--soft); }
        .warnings { background: #fff6e5; border: 1px solid #f0d9a8; border-radius: 8px; padding: .6rem 1rem .6rem 1.8rem; margin: 1rem 0; }
        .findings li { margin: .25rem 0; }
        .table { overflow-x: auto; margin: .6rem 0; }
        table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; min-width: 100%; }
        th, td { padding: .38rem .6rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
        th { font-weight: 600; }
        thead th { color: var(--soft); border-bottom: 2px solid var(--line); white-space: normal; vertical-align: bottom; min-width: 4.6rem; }
        tr > :first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
        td small, th small { display: block; white-space: normal; color: var(--soft); font-weight: 400; font-size: .78em; }
        td.better, .better { color: var(--good); } td.worse, .worse { color: var(--bad); }
        td.failed { color: var(--bad); font-weight: 600; } td.faint, .faint { color: var(--soft); }
        .small { font-size: .88rem; color: var(--soft); }
        nav { display: flex; flex-wrap: wrap; gap: .4rem; }
        nav a { border: 1px solid var(--line); border-radius: 99px; padding: .15rem .8rem; text-decoration: none; font-size: .88rem; }
        a { color: var(--accent); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .6rem 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
        @media (max-width: 40rem) { figure img { min-width: 640px; } body { font-size: 16px; } main { padding: .5rem; } section { padding: 1rem; border-radius: 8px; } dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
        @media print {
          @page { margin: 12mm; }
          body { background: #fff; font-size: 10.5pt; }
          header { background: none; color: #000; padding: 0; } header p { color: #444; }
          main { max-width: none; padding: 0; }
          section { border: 0; padding: 0; margin: 6mm 0; }
          h2, .question, .insight { break-after: avoid; } p, figure, tr, li { break-inside: avoid; }
          .plot { overflow: visible; } figure img { min-width: 0; max-height: 110mm; object-fit: contain; }
          nav { display: none; } .table { overflow: visible; } table { font-size: 6.6pt; } th, td { padding: .8mm 1mm; white-space: normal; } thead th { min-width: 0; }
          tr > :first-child { position: static; }
        }
        """
}
