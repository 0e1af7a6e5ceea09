// The verdicts on a figure as one paragraph.
import EcoLoad
import Glibc
import Support

extension Analysis {
    /// The certain differences with their figures, the largest first, then the servers that show none. Chance ranks no server.
    ///
    /// `threads costs 1.13 to 2.04 times the CPU of reactor: 9.12 us against 6.00 us. Of workers these rounds show no difference.`
    func account(_ judged: JudgedFigure) -> String {
        let unknown = entrants.map(\.name).filter { isUnknown($0, judged) }
        let rest = unknown.isEmpty ? [] : ["The processor time of \(unknown.listed) is unknown: no verdict."]
        return ([knownAccount(judged)] + rest).joined(separator: " ")
    }

    private func knownAccount(_ judged: JudgedFigure) -> String {
        let baseline = document.experiment.baseline
        let have = entrants.map(\.name).filter { estimate($0, judged) != nil }
        guard let first = have.first else { return "No server has a figure here." }
        guard have.count > 1, let base = estimate(baseline, judged) else {
            let value = estimate(first, judged).map { judged.figure.text($0.mean) } ?? ""
            return have.count == 1
                ? "Only \(first) has a figure: \(value)." : "\(baseline) has no figure to compare with."
        }
        let verdicts = entrants.compactMap { verdict($0.name, judged) }
        let sure = verdicts.filter { $0.word == .more || $0.word == .less }
            .sorted { abs(log($0.ratio ?? 1)) > abs(log($1.ratio ?? 1)) }
        var sentences = sure.map { verdict in
            let value = estimate(verdict.entrant, judged).map { judged.figure.text($0.mean) } ?? ""
            return "\(verdict.sentence): \(value) against \(judged.figure.text(base.mean))."
        }
        let equal = verdicts.filter { $0.word == .same }.map(\.entrant)
        if !equal.isEmpty { sentences.append("For \(equal.listed) there is no difference that matters.") }
        let failing = have.compactMap { name in failureNote(name, judged, of: "round").map { "\(name) \($0)" } }
        if !failing.isEmpty { sentences.append("\(failing.listed): no verdict.") }
        let missing = verdicts.filter { $0.word == .missing }.map(\.entrant)
            .filter { have.contains($0) && failureNote($0, judged) == nil }
        if !missing.isEmpty, failureNote(baseline, judged) == nil {
            sentences.append("\(missing.listed) cannot be compared with \(baseline) in every round: no verdict.")
        }
        let open = verdicts.filter { $0.word == .undecided }.map(\.entrant)
        if !open.isEmpty {
            sentences.append(
                sentences.isEmpty
                    ? "No difference in \(judged.title) is certain (\(baseline): \(judged.figure.text(base.mean)))."
                    : "For \(open.listed) these rounds show no difference.")
        }
        return sentences.joined(separator: " ")
    }
}
