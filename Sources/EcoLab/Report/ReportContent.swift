// The content of a report, independent of its format.
import EcoLoad
import FoundationEssentials
import Support

/// A table of texts.
struct ReportTable {
    struct Cell {
        /// Its tone.
        enum Tone { case plain, better, worse, failed, faint }

        var text: String
        var tone = Tone.plain
        /// A smaller note beside it.
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
        /// Whether there is no figure to plot.
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

    /// Warnings: interruptions, servers that are not measured, conditions that affect the figures.
    var warnings: [String] {
        var all = document.notices
        if document.isInterrupted {
            all.insert(
                "this experiment was interrupted after \(document.trials.count) of \(Count(document.trialsPlanned).of("trial")): the rest was not measured",
                at: 0)
        }
        if document.placement.isShared {
            all.append(
                "this machine has one processor, which servers and generator share: the rates are those of both together"
            )
        }
        if document.isDebugBuild {
            all.append("this eco is a debug build, whose figures are worthless: make build makes a release build")
        }
        let invalid = document.trials.reduce(0) {
            $0 + $1.steps.count { $0.result?.validity.word == .invalid && $0.failure == nil }
        }
        if invalid > 0 {
            all.append(
                "\(Count(invalid).of("run is", "runs are")) INVALID, since the generator did not keep its plan, and left out of all figures"
            )
        }
        let spoilt = document.trials.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.spoiltAttempts } }
        if spoilt > 0 {
            all.append("\(Count(spoilt).of("run was", "runs were")) INVALID, and repeated at once")
        }
        if experiment.rounds < 3 {
            all.append("so few rounds say very little about chance: give --rounds 5 or more for verdicts")
        }
        return all
    }

    var facts: [(String, String)] {
        let machine = document.machine
        let sharing =
            document.placement.isShared
            ? "servers and generator share processor \(document.placement.server)"
            : "each server runs on processor \(document.placement.server) alone, the generator on \(document.placement.generator)"
        return [
            (
                "machine",
                "\(machine.processor), \(Count(machine.processors).of("processor")), \(Bytes(Double(machine.memoryBytes)))"
            ),
            ("kernel", machine.kernel),
            ("eco", "\(document.eco), \(document.isDebugBuild ? "debug" : "release") build, \(document.compiler)"),
            ("when", "\(date), for \(Int((document.seconds / 60).rounded(.up))) min"),
            ("order", "\(Count(experiment.rounds).of("round")) in random order, seed \(experiment.seed)"),
            ("places", sharing),
            ("steadiness", document.steadiness.sentence),
        ]
    }

    /// How the verdicts are reached.
    var method: String {
        let count = document.verdicts.count { $0.word != .missing }
        return
            "Each server is started afresh for each load of each round, and is compared with \(experiment.baseline) round by round. The intervals of the \(Count(count).of("verdict")) all hold together with a probability of 95 % (Student's t with Bonferroni's correction); a difference of less than 3 % counts as one that does not matter. Intervals in plots and tables are 95 % intervals of a single figure."
    }

    // MARK: - The summary

    private static func summary(_ analysis: Analysis) -> ReportTable {
        let document = analysis.document
        let columns = document.experiment.scenarios.flatMap { scenario in
            scenario.headlines.map { (scenario, $0) }
        }
        let header = [""] + columns.map { scenario, judged in "\(judged.setting)\n\(judged.title)" }
        let rows = document.experiment.entrants.map { entrant -> [ReportTable.Cell] in
            let isBaseline = entrant.name == document.experiment.baseline
            var row = [ReportTable.Cell(entrant.name, note: isBaseline ? "baseline" : "")]
            guard document.gate(of: entrant.name)?.isAdmitted ?? false else {
                return row + columns.map { _ in .init("not measured", .failed) }
            }
            row += columns.map { _, judged in cell(analysis, entrant, judged) }
            return row
        }
        return ReportTable(header: header, rows: rows)
    }

    private static func cell(_ analysis: Analysis, _ entrant: Entrant, _ judged: JudgedFigure)
        -> ReportTable.Cell
    {
        guard let estimate = analysis.estimate(entrant.name, judged) else {
            return .init(
                analysis.absence(entrant.name, judged),
                analysis.hasFailed(entrant.name, judged.setting) ? .failed : .faint)
        }
        let verdict = analysis.verdict(entrant.name, judged)
        let note =
            switch verdict?.word {
            case .more, .less: verdict.map { Verdict.times($0.low ?? 1, $0.high ?? 1) } ?? ""
            case .same: "same"
            case .undecided: "?"
            default: analysis.failureNote(entrant.name, judged) ?? ""
            }
        return .init(judged.figure.text(estimate.mean), verdict?.tone ?? .plain, note: note)
    }

    // MARK: - A scenario

    private static func section(_ scenario: Scenario, _ analysis: Analysis) -> Section {
        let document = analysis.document
        return Section(
            scenario: scenario, title: scenario.title.english, question: scenario.question.english,
            load: scenario.load(document.experiment), insight: scenario.description.insight(analysis),
            verdicts: verdicts(scenario, analysis), figures: figures(scenario, analysis),
            failures: failures(scenario, analysis) + unansweredGoodbyes(scenario, analysis),
            hasNothingToDraw: Plot(scenario, analysis).script.isEmpty)
    }

    /// The verdicts on every server except the baseline, figure by figure.
    private static func verdicts(_ scenario: Scenario, _ analysis: Analysis) -> [ReportTable.Cell] {
        let hasSettings = Set(scenario.judged.map(\.setting)).count > 1
        return scenario.judged.flatMap { judged in
            analysis.entrants.compactMap { entrant -> ReportTable.Cell? in
                guard let verdict = analysis.verdict(entrant.name, judged), verdict.word != .missing else { return nil }
                let place = hasSettings ? "\(judged.setting): " : ""
                let subject = verdict.isBetter == nil ? "\(entrant.name), \(judged.title): " : ""
                return ReportTable.Cell("\(place)\(subject)\(verdict.sentence)", verdict.tone ?? .faint)
            }
        }
    }

    /// The first step at which each server fails: a server that breaks at a thousand clients breaks at more.
    private static func failures(_ scenario: Scenario, _ analysis: Analysis) -> [String] {
        let settings = scenario.settings(analysis.document.experiment)
        return analysis.entrants.flatMap { entrant in
            settings.compactMap { setting -> String? in
                for step in setting.steps {
                    guard let failure = analysis.failure(entrant.name, setting.id, step.name) else { continue }
                    let at = step.name.isEmpty ? "" : " at \(step.name)"
                    let tries = analysis.tries(entrant.name, setting.id, step.name)
                    let untried =
                        analysis.trials(entrant.name, setting.id).count > tries ? ", and was not tried again" : ""
                    return
                        "\(entrant.name) fails \(setting.id)\(at) in \(failure.rounds) of \(Count(tries).of("try", "tries"))\(untried): \(failure.reason)"
                }
                return nil
            }
        }
    }

    /// Clients that were answered, but not when they said goodbye: not a failure, but worth showing.
    private static func unansweredGoodbyes(_ scenario: Scenario, _ analysis: Analysis) -> [String] {
        let settings = scenario.settings(analysis.document.experiment)
        return analysis.entrants.flatMap { entrant in
            settings.flatMap { setting in
                setting.steps.compactMap { step -> String? in
                    let all = analysis.runs(entrant.name, setting.id, step.name).map {
                        $0.result.withoutGoodbye(step.plan)
                    }
                    guard let most = all.max(), most > 0 else { return nil }
                    let at = step.name.isEmpty ? setting.id : "\(setting.id), \(step.name)"
                    return
                        "\(entrant.name), \(at): in \(all.count { $0 > 0 }) of \(Count(all.count).of("round")) clients that were answered got no answer to their goodbye, \(Count(most)) at most"
                }
            }
        }
    }
}

extension Verdict {
    /// Its tone; nil if nothing is certain.
    var tone: ReportTable.Cell.Tone? { isBetter.map { $0 ? .better : .worse } }
}
