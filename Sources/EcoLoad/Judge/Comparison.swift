// Whether two sets of runs differ, and by how much.
import Statistics
import Support

/// Two documents, figure by figure.
public struct Comparison: Sendable {
    public enum Verdict: String, Sendable {
        case better, worse
        case noDifference = "no difference"
        /// A side has only one run, so the effect of chance is unknown.
        case cannotJudge = "cannot judge"
    }

    public struct Line: Sendable {
        public let name: String
        /// Means over the runs of each side.
        public let before: Double
        public let after: Double
        /// By how much the second side's mean differs, as a share of the first's: an interval of 95 %. Nil with a single run.
        public let interval: ClosedRange<Double>?
        public let verdict: Verdict
        let unit: Unit
    }

    enum Unit { case nanoseconds, number, microseconds }

    public let lines: [Line]
    public let canJudge: Bool

    public init(_ before: LoadDocument, _ after: LoadDocument) {
        canJudge = before.runs.count > 1 && after.runs.count > 1
        let figures: [(String, Unit, isMoreBetter: Bool, (RunResult) -> Double?)] = [
            ("messages per second", .number, true, { $0.rate }),
            ("p50", .nanoseconds, false, { $0.planned.count > 0 ? Double($0.planned.percentile(50)) : nil }),
            ("p99", .nanoseconds, false, { $0.planned.count > 0 ? Double($0.planned.percentile(99)) : nil }),
            ("p99.9", .nanoseconds, false, { $0.planned.count > 0 ? Double($0.planned.percentile(99.9)) : nil }),
            ("mean", .nanoseconds, false, { $0.planned.count > 0 ? $0.planned.mean : nil }),
            ("errors", .number, false, { Double($0.ledger.errors + $0.unanswered) }),
            ("server us per message", .microseconds, false, { $0.serverMicrosecondsPerMessage }),
            (
                "generator us per message", .microseconds, false,
                { $0.messages > 0 ? $0.generatorMicrosecondsPerMessage : nil }
            ),
        ]
        lines = figures.compactMap { name, unit, isMoreBetter, value in
            guard let left = Sample(before.runs.compactMap(value)), let right = Sample(after.runs.compactMap(value))
            else {
                return nil
            }
            // If some runs lack a figure, the mean over the others says nothing: they are not a random sample.
            guard left.count == before.runs.count, right.count == after.runs.count else { return nil }
            return Self.line(name, unit, left, right, isMoreBetter: isMoreBetter)
        }
    }

    private static func line(_ name: String, _ unit: Unit, _ left: Sample, _ right: Sample, isMoreBetter: Bool) -> Line
    {
        let (before, after) = (left.mean, right.mean)
        guard left.count > 1, right.count > 1 else {
            return Line(name: name, before: before, after: after, interval: nil, verdict: .cannotJudge, unit: unit)
        }
        let margin = Sample.margin(ofDifference: left, right, confidence: 0.95)
        let scale = before != 0 ? abs(before) : 1
        let interval = ((after - before - margin) / scale)...((after - before + margin) / scale)
        let verdict: Verdict =
            if interval.contains(0) { .noDifference } else {
                (interval.lowerBound > 0) == isMoreBetter ? .better : .worse
            }
        return Line(name: name, before: before, after: after, interval: interval, verdict: verdict, unit: unit)
    }
}

extension Comparison {
    /// The table, in 80 columns.
    public var text: String {
        let rows = lines.map { line in
            let interval = line.interval.map {
                "\(Percent.signed($0.lowerBound)) to \(Percent.signed($0.upperBound))"
            }
            return [
                line.name, Self.value(line.before, line.unit), Self.value(line.after, line.unit), interval ?? "-",
                "  \(line.verdict.rawValue)",
            ]
        }
        let header = ["", "before", "after", "difference, 95 %", "  verdict"]
        return ([header] + rows).map {
            TextTable.line($0, [.left(24), .right(12), .right(12), .right(19), .rest]) + "\n"
        }.joined()
    }

    private static func value(_ value: Double, _ unit: Unit) -> String {
        switch unit {
        case .nanoseconds: TimeText(UInt64(max(0, value))).description
        case .number: Count(Int(value.rounded())).description
        case .microseconds: TimeText.digits(value)
        }
    }
}
