// The objective of a load: `p99<2ms,errors=0`.
import Support

/// Conditions on a run's figures. All of them have to hold.
public struct Objective: Sendable, Equatable, Codable {
    /// A figure, a comparison, and the value to compare with: nanoseconds for times, a count, or a rate.
    public struct Condition: Sendable, Equatable, Codable {
        public enum Figure: Sendable, Equatable, Codable {
            case percentile(Double)
            case mean, max, errors, rate
        }

        public enum Relation: String, Sendable, Codable {
            case below = "<"
            case atMost = "<="
            case equal = "="
            case atLeast = ">="
            case above = ">"
        }

        public var figure: Figure
        public var relation: Relation
        public var value: Double
        /// As the user wrote it.
        public var text: String
    }

    public var conditions: [Condition]

    /// Parses conditions separated by commas; nil if one of them is not valid.
    public init?(_ text: String) {
        conditions = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let condition = Condition(String(part)) else { return nil }
            conditions.append(condition)
        }
    }

    /// As the user wrote it.
    public var text: String { conditions.map(\.text).joined(separator: ",") }

    /// A condition that a run missed, and the value that it reached instead.
    public struct Miss: Sendable, Equatable {
        public let condition: Condition
        public let reached: String
        /// Without the delay that the generator itself added to the times, it might have been kept.
        var isOfGenerator = false

        /// As results quote it.
        public var text: String { "\(condition.text): \(reached)" }
    }

    /// The result of judging a run.
    public enum Outcome: Sendable, Equatable {
        case kept
        case missed([Miss])
        /// The run says nothing about the server: it is unknown whether these hold.
        case undecided([Miss])

        public var misses: [Miss] {
            switch self {
            case .kept: []
            case .missed(let misses), .undecided(let misses): misses
            }
        }
    }

    /// Judges a run. A condition on a figure that was not measured is not kept, and neither is one on an INVALID run.
    public func judge(_ result: RunResult) -> Outcome {
        let validity = result.validity
        if validity.word == .invalid, let first = validity.entries.first {
            let misses = conditions.map {
                Miss(
                    condition: $0,
                    reached: result.planned.count == 0 ? "nothing was measured" : validity.word.rawValue)
            }
            return first.finding.isOfGenerator ? .undecided(misses) : .missed(misses)
        }
        let misses = conditions.compactMap { $0.miss(in: result) }
        if misses.isEmpty { return .kept }
        return misses.allSatisfy(\.isOfGenerator) ? .undecided(misses) : .missed(misses)
    }
}

extension Objective.Condition {
    init?(_ text: String) {
        guard let start = text.firstIndex(where: { "<>=".contains($0) }) else { return nil }
        let sign = text[start...].prefix { "<>=".contains($0) }
        guard let relation = Relation(rawValue: String(sign)) else { return nil }
        let name = String(text[..<start])
        let rest = String(text[text.index(start, offsetBy: sign.count)...])
        switch name {
        case "mean": figure = .mean
        case "max": figure = .max
        case "errors": figure = .errors
        case "rate": figure = .rate
        default:
            guard name.hasPrefix("p"), let percent = Double(name.dropFirst()), percent > 0, percent <= 100 else {
                return nil
            }
            figure = .percentile(percent)
        }
        let isTime = figure != .errors && figure != .rate
        guard let value = isTime ? TimeValue(rest, units: Self.units)?.nanoseconds : Double(rest), value >= 0,
            value.isFinite
        else { return nil }
        self.value = value
        self.relation = relation
        self.text = text
    }

    private static let units: Set<TimeValue.Unit> = [.nanoseconds, .microseconds, .milliseconds, .seconds]

    /// What a run reached instead; nil if it kept the condition.
    func miss(in result: RunResult) -> Objective.Miss? {
        guard result.planned.count > 0 else { return Objective.Miss(condition: self, reached: "nothing was measured") }
        // If every client was lost, nothing is kept, however fast the answers before that were.
        if result.ledger.errors > 0, result.ledger[.served] == 0 {
            return Objective.Miss(condition: self, reached: "no client was served to the end")
        }
        if let allowed = allowedShare, result.unansweredShare > allowed {
            return Objective.Miss(condition: self, reached: "\(Percent(result.unansweredShare)) not answered")
        }
        let reached = value(in: result)
        if holds(reached) { return nil }
        let own = ownDelay(in: result)
        if Judgement.isLate(own, of: UInt64(reached)), holds(reached - Double(own)) {
            let told = "\(tell(reached)); up to \(TimeText(own)) of it may be the generator's own delay"
            return Objective.Miss(condition: self, reached: told, isOfGenerator: true)
        }
        return Objective.Miss(condition: self, reached: tell(reached))
    }

    /// What a run reached, for the steps of a search.
    func account(in result: RunResult) -> String { miss(in: result)?.text ?? "\(text): \(tell(value(in: result)))" }

    /// By how much the generator itself may have raised the figure, in nanoseconds; 0 for figures that are not times of messages.
    private func ownDelay(in result: RunResult) -> UInt64 {
        guard let allowed = allowedShare else { return 0 }
        if figure == .mean { return result.meanOwnDelay }
        return result.ownDelay(exceededBy: allowed * Double(max(result.plannedMessages, result.planned.count)))
    }

    /// The share of messages that the condition leaves out, so that they need not even be answered; nil for conditions that are not about
    /// times.
    private var allowedShare: Double? {
        switch figure {
        case .percentile(let percent): (100 - percent) / 100
        case .mean, .max: 0
        case .errors, .rate: nil
        }
    }

    func value(in result: RunResult) -> Double {
        switch figure {
        case .percentile(let percent): Double(result.percentileOfAll(percent))
        case .mean: result.knownTimes.mean
        case .max: Double(result.knownTimes.max)
        case .errors: Double(result.ledger.errors + result.unanswered)
        case .rate: result.rate
        }
    }

    private func holds(_ reached: Double) -> Bool {
        switch relation {
        case .below: reached < value
        case .atMost: reached <= value
        case .equal: reached == value
        case .atLeast: reached >= value
        case .above: reached > value
        }
    }

    func tell(_ reached: Double) -> String {
        switch figure {
        case .errors: "\(Count(Int(reached.rounded())))"
        case .rate: RateText(reached).description
        default: TimeText(UInt64(reached)).description
        }
    }
}
