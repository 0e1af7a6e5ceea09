// Everything that was measured for a scenario: its table.
import EcoLoad
import ServerHarness
import Statistics
import Support

extension ReportContent {
    /// Everything that was measured for a scenario, one row per server and step.
    static func figures(_ scenario: Scenario, _ analysis: Analysis) -> ReportTable {
        let document = analysis.document
        let settings = scenario.settings(document.experiment)
        let hasSteps = settings.count > 1 || settings.contains { $0.steps.count > 1 }
        let isOpen = settings.contains { $0.steps.contains { $0.plan.isOpenLoop } }
        let columns = scenario.columns.list(isOpenLoop: isOpen)
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

    /// A column of a scenario's table.
    enum Column: String {
        case processor = "CPU per message"
        case rate = "messages per second"
        case worth, p50, p90, p99
        case p999 = "p99.9"
        case plannedMedian = "p50 planned"
        case planned = "p99 planned"
        case switches = "switches per message"
        case faults = "faults per message"
        case own = "own memory per client"
        case proportional = "PSS per client"
        case resident = "RSS per client"
        case kernel = "kernel per client"
        case total = "RSS"
        case threads, descriptors, fairness, errors
    }

    /// Which columns a scenario's table has.
    enum Columns {
        case all, ofTimes, ofMemory

        func list(isOpenLoop: Bool) -> [Column] {
            let clocks: [Column] = isOpenLoop ? [.plannedMedian, .planned] : []
            switch self {
            case .all:
                return [.processor, .rate, .worth, .p50, .p90, .p99, .p999] + clocks
                    + [.switches, .faults, .threads, .descriptors, .total, .fairness, .errors]
            case .ofTimes:
                return [.rate, .worth, .p50, .p90, .p99, .p999] + clocks
                    + [.threads, .descriptors, .total, .fairness, .errors]
            case .ofMemory:
                return [.own, .proportional, .resident, .kernel, .threads, .descriptors, .total, .faults, .errors]
            }
        }
    }

    private static func figures(
        _ entrant: String, _ setting: String, _ step: String, _ columns: [Column], _ analysis: Analysis
    ) -> [ReportTable.Cell]? {
        let runs = analysis.runs(entrant, setting, step).map(\.result)
        guard !runs.isEmpty else { return nil }
        let times = analysis.times(entrant, setting, step) { $0.clientLatency }
        return columns.map { column in
            cell(column, JudgedFigure(setting, step: step, .processorTime), entrant, runs, times, analysis)
        }
    }

    private static func cell(
        _ column: Column, _ place: JudgedFigure, _ entrant: String, _ runs: [RunResult], _ times: Times,
        _ analysis: Analysis
    ) -> ReportTable.Cell {
        func mean(_ value: (RunResult) -> Double?, _ text: (Double) -> String) -> ReportTable.Cell {
            guard let values = Sample(runs.compactMap(value)) else { return .init("-", .faint) }
            return .init(text(values.mean))
        }
        func percentile(_ times: Times, _ percent: Double) -> ReportTable.Cell {
            times.count > 0 ? .init(TimeText(times.percentile(percent)).description) : .init("-", .faint)
        }
        func whole(_ value: Double) -> String { "\(Count(Int(min(max(-1e15, value), 1e15).rounded())))" }
        func bytes(_ value: Double) -> String { Bytes(value).description }
        switch column {
        case .processor:
            guard let estimate = analysis.estimate(entrant, place) else {
                return .init(analysis.isUnknown(entrant, place) ? "unknown" : "-", .faint)
            }
            let text = Figure.processorTime.text
            let range = estimate.low.map { "\(text($0)) to \(text(estimate.high ?? $0))" }
            return .init(text(estimate.mean), note: range ?? "")
        case .rate: return mean({ $0.rate }, whole)
        case .worth:
            let word = analysis.validity(entrant, place.setting, place.step)?.wordOfFigures
            return .init(word?.rawValue ?? "-", word == .valid ? .plain : word == .invalid ? .failed : .faint)
        case .p50: return percentile(times, 50)
        case .p90: return percentile(times, 90)
        case .p99: return percentile(times, 99)
        case .p999: return percentile(times, 99.9)
        case .plannedMedian: return percentile(analysis.times(entrant, place.setting, place.step) { $0.planned }, 50)
        case .planned: return percentile(analysis.times(entrant, place.setting, place.step) { $0.planned }, 99)
        case .switches: return mean({ $0.perMessage { $0.voluntarySwitches + $0.involuntarySwitches } }, small)
        case .faults: return mean({ $0.perMessage { $0.pageFaults ?? 0 } }, small)
        case .own: return mean({ $0.memoryPerClient.map { max($0, 0) } }, bytes)
        case .proportional: return mean({ $0.proportionalPerClient }, bytes)
        case .resident: return mean({ $0.residentPerClient }, bytes)
        case .kernel: return mean({ $0.kernelPerClient }, bytes)
        case .total: return mean({ ($0.server?.after?.residentBytes).map(Double.init) }, bytes)
        case .errors: return mean({ Double($0.ledger.errors + $0.unanswered) }, whole)
        case .threads: return mean({ ($0.server?.threads).map(Double.init) }, whole)
        case .descriptors: return mean({ ($0.server?.descriptors).map(Double.init) }, whole)
        case .fairness: return mean({ $0.fairness.index }, TimeText.digits)
        }
    }

    private static func small(_ value: Double) -> String { value < 0.005 ? "0" : TimeText.digits(value) }
}

extension RunResult {
    /// A count of the server's, per message.
    fileprivate func perMessage(_ count: (ServerUse) -> Int) -> Double? {
        // The counts of processes that have ended are lost.
        guard let server, server.areCountsLeast != true, messages > 0 else { return nil }
        return Double(count(server)) / Double(messages)
    }
}
