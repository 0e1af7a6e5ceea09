// What a report says, whatever it is written in.
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

    /// What is not to be overlooked: interruptions, exclusions, failures, INVALID runs.
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
            : "servers on processor \(document.placement.server), generator on \(document.placement.generator)"
        return [
            (
                "machine",
                "\(machine.processor), \(machine.processors) processors, \(Bytes(Double(machine.memoryBytes)))"
            ),
            ("kernel", machine.kernel),
            ("eco", document.eco),
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
            case .more, .less: verdict.map { "\(Verdict.factor($0.ratio ?? 1)) x" } ?? ""
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
            for setting in scenario.settings(document.experiment) {
                for step in setting.steps {
                    guard let failure = analysis.failure(entrant.name, setting.id, step.name),
                        !failures.contains(where: { $0.hasPrefix("\(entrant.name) fails \(setting.id)") })
                    else { continue }
                    let at = step.name.isEmpty ? "" : " at \(step.name)"
                    let rounds = analysis.trials(entrant.name, setting.id).count
                    failures.append(
                        "\(entrant.name) fails \(setting.id)\(at) in \(failure.rounds) of \(rounds) rounds: \(failure.reason)"
                    )
                }
            }
        }
        return Section(
            scenario: scenario, title: scenario.title, question: scenario.question,
            load: scenario.load(document.experiment), insight: scenario.description.insight(analysis),
            verdicts: verdicts, figures: figures(scenario, analysis), failures: failures)
    }

    /// Everything that was measured of a scenario, a row a server and step.
    private static func figures(_ scenario: Scenario, _ analysis: Analysis) -> ReportTable {
        let document = analysis.document
        let settings = scenario.settings(document.experiment)
        let hasSteps = settings.count > 1 || settings.contains { $0.steps.count > 1 }
        let isOpen = settings.contains { $0.steps.contains { $0.plan.isOpenLoop } }
        let columns: [Column] =
            switch scenario {
            // Silent clients have no times and no rate that would say anything.
            case .idle: Column.ofMemory
            // Most of what the server does there, it does for the bad ones.
            case .slowClient: Column.ofTimes
            default: Column.all.filter { isOpen || $0 != .actual }
            }
        let header = ["server"] + (hasSteps ? ["load"] : []) + columns.map(\.rawValue)
        var rows: [[ReportTable.Cell]] = []
        for setting in settings {
            for step in setting.steps {
                for entrant in analysis.entrants where document.experiment.takesPart(entrant, in: setting) {
                    let name =
                        hasSteps ? [ReportTable.Cell(step.name.isEmpty ? setting.simulatedWork ?? "" : step.name)] : []
                    guard let row = figures(entrant.name, setting.id, step.name, columns, analysis) else {
                        if analysis.failure(entrant.name, setting.id, step.name) != nil {
                            rows.append(
                                [ReportTable.Cell(entrant.name)] + name
                                    + [.init("fails", .failed)]
                                    + (0..<(header.count - 2 - name.count)).map { _ in .init("") })
                        }
                        continue
                    }
                    rows.append([ReportTable.Cell(entrant.name)] + name + row)
                }
            }
        }
        return ReportTable(header: header, rows: rows)
    }

    /// The columns of a scenario's table.
    private enum Column: String, CaseIterable {
        case processor = "CPU a message"
        case rate = "messages a second"
        case worth, p50, p90, p99
        case p999 = "p99.9"
        case actual = "p99 from sending"
        case switches = "switches a message"
        case faults = "faults a message"
        case proportional = "PSS a client"
        case resident = "RSS a client"
        case kernel = "kernel a client"
        case threads, descriptors, fairness

        static let all = Column.allCases
        static let ofTimes: [Column] = [
            .rate, .worth, .p50, .p90, .p99, .p999, .actual, .threads, .descriptors, .fairness,
        ]
        static let ofMemory: [Column] = [.proportional, .resident, .kernel, .threads, .descriptors, .faults]
    }

    private static func figures(
        _ entrant: String, _ setting: String, _ step: String, _ columns: [Column], _ analysis: Analysis
    ) -> [ReportTable.Cell]? {
        let runs = analysis.runs(entrant, setting, step).map(\.result)
        guard !runs.isEmpty else { return nil }
        let times = analysis.times(entrant, setting, step) { $0.planned }
        return columns.map { column in
            cell(column, JudgedFigure(setting, step: step, .processorTime), entrant, runs, times, analysis)
        }
    }

    private static func cell(
        _ column: Column, _ place: JudgedFigure, _ entrant: String, _ runs: [RunResult], _ times: Times,
        _ analysis: Analysis
    ) -> ReportTable.Cell {
        func mean(_ value: (RunResult) -> Double?, _ text: (Double) -> String) -> ReportTable.Cell {
            let values = runs.compactMap(value)
            guard !values.isEmpty else { return .init("-", .faint) }
            return .init(text(values.reduce(0, +) / Double(values.count)))
        }
        func percentile(_ times: Times, _ percent: Double) -> ReportTable.Cell {
            times.count > 0 ? .init(TimeText(times.percentile(percent)).description) : .init("-", .faint)
        }
        func whole(_ value: Double) -> String { "\(Count(Int(value.rounded())))" }
        func bytes(_ value: Double) -> String { Bytes(value).description }
        switch column {
        case .processor:
            guard let estimate = analysis.estimate(entrant, place) else { return .init("-", .faint) }
            let text = Figure.processorTime.text
            let range = estimate.low.map { "\(text($0)) to \(text(estimate.high ?? $0))" }
            return .init(text(estimate.mean), note: range ?? "")
        case .rate: return mean({ $0.rate }, whole)
        case .worth:
            let word = analysis.validity(entrant, place.setting, place.step)?.word
            return .init(word?.rawValue ?? "-", word == .valid ? .plain : word == .invalid ? .failed : .faint)
        case .p50: return percentile(times, 50)
        case .p90: return percentile(times, 90)
        case .p99: return percentile(times, 99)
        case .p999: return percentile(times, 99.9)
        case .actual: return percentile(analysis.times(entrant, place.setting, place.step) { $0.actual }, 99)
        case .switches: return mean({ $0.perMessage { $0.voluntarySwitches + $0.involuntarySwitches } }, small)
        case .faults: return mean({ $0.perMessage { $0.pageFaults ?? 0 } }, small)
        case .proportional: return mean({ $0.memoryPerClient }, bytes)
        case .resident: return mean({ $0.residentPerClient }, bytes)
        case .kernel: return mean({ $0.kernelPerClient }, bytes)
        case .threads: return mean({ ($0.server?.threads).map(Double.init) }, whole)
        case .descriptors: return mean({ ($0.server?.descriptors).map(Double.init) }, whole)
        case .fairness: return mean({ $0.fairness.index }, TimeText.digits)
        }
    }

    private static func small(_ value: Double) -> String { value < 0.005 ? "0" : TimeText.digits(value) }
}

extension RunResult {
    /// A count of the server's a message.
    fileprivate func perMessage(_ count: (ServerUse) -> Int) -> Double? {
        guard let server, messages > 0 else { return nil }
        return Double(count(server)) / Double(messages)
    }
}
