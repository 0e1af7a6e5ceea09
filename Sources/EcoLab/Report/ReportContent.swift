// What a report says, whatever it is written in.
import EcoCheck
import EcoLoad
import FoundationEssentials

/// A table of texts.
struct ReportTable {
    struct Cell {
        /// How it is to be looked at.
        enum Tone { case plain, better, worse, failed, faint }

        var text: String
        var tone = Tone.plain
        /// Said beside it, smaller.
        var note = ""

        init(_ text: String, _ tone: Tone = .plain, note: String = "") {
            self.text = text
            self.tone = tone
            self.note = note
        }
    }

    var header: [String]
    var rows: [[Cell]]
}

/// The sections of a report.
struct ReportContent {
    struct Section {
        let scenario: Scenario
        let title: String
        let question: String
        let load: String
        let insight: String
        let verdicts: [ReportTable.Cell]
        let figures: ReportTable
        let failures: [String]
        /// Whether there is no figure that a plot could show.
        let hasNothingToDraw: Bool
    }

    let document: ComparisonDocument
    let analysis: Analysis
    let summary: ReportTable
    let sections: [Section]

    init(_ document: ComparisonDocument) {
        self.document = document
        let analysis = Analysis(document)
        self.analysis = analysis
        summary = Self.summary(analysis)
        sections = document.experiment.scenarios.map { Self.section($0, analysis) }
    }

    private var experiment: Experiment { document.experiment }

    // MARK: - Words

    /// `2026-11-24 19:40 UTC`.
    var date: String {
        let style = Date.ISO8601FormatStyle().year().month().day().dateSeparator(.dash)
            .dateTimeSeparator(.space).time(includingFractionalSeconds: false)
        return String(Date(timeIntervalSince1970: document.begin).formatted(style).prefix(16)) + " UTC"
    }

    var names: [String] { experiment.entrants.map(\.name) }

    /// What is not to be overlooked: interruptions, servers that are not measured, conditions that spoil figures.
    var warnings: [String] {
        var all = document.notices
        if document.isInterrupted {
            all.insert(
                "this experiment was interrupted after \(document.trials.count) of \(document.trialsPlanned) trials: what is missing was not measured",
                at: 0)
        }
        if document.placement.isShared {
            all.append(
                "this machine has one processor, which servers and generator share: the rates are those of both together"
            )
        }
        if document.isDebugBuild {
            all.append("this eco is a debug build, whose figures are worth nothing: make build makes another")
        }
        let invalid = document.trials.reduce(0) {
            $0 + $1.steps.count { $0.result?.validity.word == .invalid && $0.failure == nil }
        }
        if invalid > 0 {
            all.append(
                "\(invalid) runs are INVALID, since the generator did not keep its plan: they are left out of all figures"
            )
        }
        if experiment.rounds < 3 {
            all.append("so few rounds tell next to nothing of chance: give --rounds 5 or more for verdicts")
        }
        return all
    }

    var facts: [(String, String)] {
        let machine = document.machine
        let sharing =
            document.placement.isShared
            ? "servers and generator share processor \(document.placement.server)"
            : "each server has processor \(document.placement.server) for itself, and no other; the generator has \(document.placement.generator)"
        return [
            (
                "machine",
                "\(machine.processor), \(machine.processors) processors, \(Bytes(Double(machine.memoryBytes)))"
            ),
            ("kernel", machine.kernel),
            ("eco", "\(document.eco), \(document.isDebugBuild ? "debug" : "release") build, \(document.compiler)"),
            ("when", "\(date), for \(Int((document.seconds / 60).rounded(.up))) min"),
            ("order", "\(experiment.rounds) rounds in random order, seed \(experiment.seed)"),
            ("places", sharing),
            ("steadiness", document.steadiness.sentence),
        ]
    }

    /// How the verdicts are reached.
    var method: String {
        let count = document.verdicts.count { $0.word != .missing }
        return
            "Each server is started afresh for each load of each round, and is compared with \(experiment.baseline) round by round. The intervals of the \(count) verdicts hold all together with a probability of 95 % (Student's t, corrected for their number by Bonferroni); a difference of less than 3 % is called one that does not matter. Intervals in plots and tables are those of 95 % of one figure alone."
    }

    // MARK: - The summary

    private static func summary(_ analysis: Analysis) -> ReportTable {
        let document = analysis.document
        let columns = document.experiment.scenarios.flatMap { scenario in
            scenario.judged.prefix(scenario == .blockingWork ? 2 : 1).map { (scenario, $0) }
        }
        let header = [""] + columns.map { scenario, judged in "\(judged.setting)\n\(judged.title)" }
        let rows = document.experiment.entrants.map { entrant -> [ReportTable.Cell] in
            let isBaseline = entrant.name == document.experiment.baseline
            var row = [ReportTable.Cell(entrant.name, note: isBaseline ? "baseline" : "")]
            guard document.gate(of: entrant.name)?.isAdmitted ?? false else {
                return row + columns.map { _ in .init("not measured", .failed) }
            }
            row += columns.map { scenario, judged in cell(analysis, entrant, scenario, judged) }
            return row
        }
        return ReportTable(header: header, rows: rows)
    }

    private static func cell(_ analysis: Analysis, _ entrant: Entrant, _ scenario: Scenario, _ judged: JudgedFigure)
        -> ReportTable.Cell
    {
        if scenario == .blockingWork, entrant.model == nil { return .init("-", .faint) }
        guard let estimate = analysis.estimate(entrant.name, judged) else {
            return analysis.failure(entrant.name, judged.setting) != nil ? .init("fails", .failed) : .init("-", .faint)
        }
        let verdict = analysis.document.verdicts.first {
            $0.entrant == entrant.name && $0.setting == judged.setting && $0.step == judged.step
                && $0.figure == judged.figure
        }
        let tone: ReportTable.Cell.Tone =
            verdict?.isBetter.map { $0 ? .better : .worse } ?? .plain
        let note =
            switch verdict?.word {
            case .more, .less: verdict.map { Verdict.times($0.low ?? 1, $0.high ?? 1) } ?? ""
            case .same: "same"
            case .undecided: "?"
            default: ""
            }
        return .init(judged.figure.text(estimate.mean), tone, note: note)
    }

    // MARK: - A scenario

    private static func section(_ scenario: Scenario, _ analysis: Analysis) -> Section {
        let document = analysis.document
        let verdicts = document.verdicts.filter { $0.scenario == scenario && $0.word != .missing }.map { verdict in
            let tone: ReportTable.Cell.Tone =
                verdict.isBetter.map { $0 ? .better : .worse } ?? .faint
            let what = scenario.judged.count > 1 && scenario == .blockingWork ? "\(verdict.setting): " : ""
            switch verdict.word {
            case .more, .less: return ReportTable.Cell("\(what)\(verdict.sentence)", tone)
            default:
                return ReportTable.Cell(
                    "\(what)\(verdict.entrant), \(verdict.figure.title): \(verdict.sentence)", .faint)
            }
        }
        var failures: [String] = []
        for entrant in analysis.entrants {
            // Who breaks at a thousand clients breaks at more.
            var told: Set<String> = []
            for setting in scenario.settings(document.experiment) {
                for step in setting.steps {
                    guard let failure = analysis.failure(entrant.name, setting.id, step.name),
                        !told.contains(setting.id)
                    else { continue }
                    told.insert(setting.id)
                    let at = step.name.isEmpty ? "" : " at \(step.name)"
                    let tries = analysis.tries(entrant.name, setting.id, step.name)
                    let untried =
                        analysis.trials(entrant.name, setting.id).count > tries ? ", and was not tried again" : ""
                    failures.append(
                        "\(entrant.name) fails \(setting.id)\(at) in \(failure.rounds) of \(tries) tries\(untried): \(failure.reason)"
                    )
                }
            }
        }
        return Section(
            scenario: scenario, title: scenario.title.english, question: scenario.question.english,
            load: scenario.load(document.experiment), insight: scenario.description.insight(analysis),
            verdicts: verdicts, figures: figures(scenario, analysis), failures: failures,
            hasNothingToDraw: Plot(scenario, analysis).script.isEmpty)
    }
}
