// What a run has to keep: `p99<2ms,errors=0`.

/// Conditions on a run's figures, all of which have to hold.
public struct Objective: Sendable, Equatable, Codable {
    /// A figure, how it is compared, and with what: nanoseconds for times, a count, or a rate.
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
        /// As the person wrote it.
        public var text: String
    }

    public var conditions: [Condition]

    /// Parses conditions with commas between them; nil where one is none.
    public init?(_ text: String) {
        conditions = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let condition = Condition(String(part)) else { return nil }
            conditions.append(condition)
        }
    }

    /// Those that a run did not keep, with what it reached instead.
    public func misses(_ result: RunResult) -> [(condition: Condition, reached: String)] {
        conditions.compactMap { condition in
            let value = condition.value(in: result)
            return condition.holds(value) ? nil : (condition, condition.tell(value))
        }
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
        guard let value = isTime ? Self.nanoseconds(rest) : Double(rest), value >= 0, value.isFinite else { return nil }
        self.value = value
        self.relation = relation
        self.text = text
    }

    private static func nanoseconds(_ text: String) -> Double? {
        for (unit, factor) in [("ns", 1.0), ("us", 1e3), ("ms", 1e6), ("s", 1e9)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }

    func value(in result: RunResult) -> Double {
        switch figure {
        case .percentile(let percent): Double(result.planned.percentile(percent))
        case .mean: result.planned.mean
        case .max: Double(result.planned.max)
        case .errors: Double(result.ledger.errors + result.unanswered)
        case .rate: result.rate
        }
    }

    func holds(_ reached: Double) -> Bool {
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
        case .errors, .rate: "\(Count(Int(reached.rounded())))"
        default: TimeText(UInt64(reached)).description
        }
    }
}
