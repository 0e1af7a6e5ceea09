// The exit status of a load, and its one-line message.
import ArgumentParser
import EcoLoad
import Support

/// The outcome of a load, from the findings of its runs.
struct LoadVerdict {
    private let document: LoadDocument

    init(_ document: LoadDocument) { self.document = document }

    /// Throws the status to exit with; returns if all is well. An objective, if given, decides as soon as there is something to judge.
    func leave(_ objective: Objective?, _ search: RateSearch.Answer?) throws {
        let outcomes = objective.map { objective in document.runs.map { objective.judge($0) } } ?? []
        let misses = outcomes.flatMap(\.misses)
        let isUndecided = !outcomes.contains { if case .missed = $0 { true } else { false } }
        if let objective, !document.runs.isEmpty {
            let told = misses.map(\.text).joined(separator: ", ")
            say(
                misses.isEmpty
                    ? "\nObjective kept: \(objective.text)\n"
                    : "\nObjective missed: \(told)\n")
        }
        if let search { try leave(search) }
        for run in document.runs {
            guard let entry = run.validity.entries.first, !entry.finding.isLeftToObjective else { continue }
            // A missed objective already implies it.
            if misses.isEmpty || isUndecided || !entry.finding.failsWhateverIsKept { throw complaint(entry, run) }
        }
        if objective != nil {
            guard misses.isEmpty else {
                guard isUndecided else { throw ExitCode(1) }
                throw Complaint(
                    .invalidFigures, "the figures do not decide the objective: the generator itself was late")
            }
            for run in document.runs {
                if let entry = run.validity.entries.first(where: \.finding.failsWhateverIsKept) {
                    throw complaint(entry, run)
                }
            }
            return
        }
        // A search has already judged the server.
        for run in document.runs where search == nil {
            if let entry = run.validity.entries.first, entry.finding.exitStatus != 0 { throw complaint(entry, run) }
        }
    }

    private func leave(_ search: RateSearch.Answer) throws {
        if search.exitStatus == 0 { return }
        guard let entry = search.validity?.entries.first, search.exitStatus != 1 else { throw ExitCode(1) }
        // A search that ended before its first run has no run to report.
        guard entry.finding == .unfinished || entry.finding == .ended, let status = status(of: entry) else {
            guard let run = document.runs.last else { throw ExitCode(search.exitStatus) }
            throw complaint(entry, run)
        }
        throw Complaint(status, "\(document.target): \(entry.reason): the steps until then are above")
    }

    private func status(of entry: Validity.Entry) -> Complaint.Status? {
        Complaint.Status(rawValue: entry.finding.exitStatus)
    }

    /// The line for a finding, with the remedy.
    private func complaint(_ entry: Validity.Entry, _ run: RunResult) -> Complaint {
        let (ledger, target) = (run.ledger, document.target)
        let asked = Count(ledger.asked).of("connection")
        let line =
            switch entry.finding {
            case .nobodyListens: "nothing listens at \(target): start the server, or check host and port"
            case .machineLimit where ledger[.outOfPorts] > 0:
                "\(ledger[.outOfPorts]) of \(asked) to \(target) found no free port: give other --source addresses, or wait a minute for TIME_WAIT to end"
            case .machineLimit: "\(entry.reason): see the table"
            case .unreachable:
                "\(target) cannot be reached: check host and port, and that no packet filter is in the way"
            case .wrongBytes:
                "\(target) sends wrong bytes: \(entry.reason): eco check shows what is wrong with it"
            case .mute:
                "\(target) accepts and is silent for \(document.plan.timeoutSeconds) s: does it speak this protocol (--protocol echo for others)?"
            case .ended where run.ledger.errors == 0:
                "\(target) ended during the run, after it had served every client: see the server's log"
            case .ended, .broken:
                "\(target) closed \(ledger[.closedEarly]) and reset \(ledger[.reset]) of \(asked) before their end: see the server's log"
            case .refused, .timedOut:
                "\(target) refused \(ledger[.refused]) of \(asked) and left \(ledger[.timedOut]) without an answer: raise its limits, or give fewer --clients"
            case .unanswered:
                "\(target) left \(Count(run.unanswered)) of \(Count(run.unanswered + run.planned.count).of("message")) unanswered: it cannot keep the rate: give a lower --rate, or more --clients"
            case .rateNotKept:
                "\(target) did not keep up, \(entry.reason): give a lower --rate, or more --clients"
            case .unfinished, .clockTrouble, .lateSending, .fewCameDue, .generatorBusy, .missedTicks, .nothingMeasured,
                .generatorLimit:
                "the figures are \(run.validity.word.rawValue): \(entry.reason)"
            }
        return Complaint(status(of: entry) ?? .invalidFigures, line)
    }
}
