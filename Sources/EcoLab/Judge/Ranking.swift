// Who has how much of a figure: the words for it.

/// The servers that have a figure, in its ascending order.
struct Ranking {
    struct Entry {
        let name: String
        let value: Double
    }

    let figure: Figure
    let entries: [Entry]

    func contains(_ isSuch: (Entry) -> Bool) -> Bool { entries.contains(where: isSuch) }

    /// `reactor has the least memory a client, 31 B; threads the most, 10.2 kB: 320 times that.`
    func sentence(_ least: String, _ most: String, isMoreBetter: Bool = false) -> String {
        let ordered = isMoreBetter ? entries.reversed() : entries
        guard let first = ordered.first else { return "" }
        guard let last = ordered.last, ordered.count > 1 else {
            return "Only \(first.name) has a figure: \(figure.text(first.value))."
        }
        let ratio = max(first.value, last.value) / min(first.value, last.value)
        // Who has hardly more than the first is named beside it.
        if ratio < 1 + Verdict.leastDifference {
            return "All have about the same, \(figure.text(first.value)) to \(figure.text(last.value))."
        }
        let relation =
            isMoreBetter
            ? "\(first.name) has \(Verdict.factor(ratio)) times that" : "\(Verdict.factor(ratio)) times that"
        return
            "\(first.name) has \(least), \(figure.text(first.value)); \(last.name) \(most), \(figure.text(last.value)): \(relation)."
    }
}

extension Analysis {
    /// Those that have the figure; nil if none has.
    func ranking(_ judged: JudgedFigure) -> Ranking? {
        let entries = entrants.compactMap { entrant in
            estimate(entrant.name, judged).map { Ranking.Entry(name: entrant.name, value: $0.mean) }
        }
        return entries.isEmpty ? nil : Ranking(figure: judged.figure, entries: entries.sorted { $0.value < $1.value })
    }

    var nobody: String { "No server has a figure here." }
}

extension [String] {
    /// `a`, `a and b`, `a, b and c`.
    var listed: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
