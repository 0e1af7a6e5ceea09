// The highest rate that keeps an objective, found by trying.

/// A search: doubles the rate until the objective is missed, halves the gap, and lets a longer run confirm the answer.
public struct RateSearch: Sendable {
    /// One try.
    public struct Step: Sendable, Codable {
        public var rate: Double
        public var isConfirmation: Bool
        public var isKept: Bool
        /// What was reached, or why it does not count.
        public var account: String
    }

    /// Nil if not even the lowest rate kept it.
    public struct Answer: Sendable, Codable {
        public var rate: Double?
        public var steps: [Step]
        /// Whether the next higher rate was beyond the generator and not beyond the server.
        public var isGeneratorsLimit: Bool
    }

    public let objective: Objective
    /// The search begins here, in messages a second, and never goes below.
    public var lowest = 100.0
    public var highest = 10_000_000.0
    /// It ends once the gap is so small a share of the rate.
    public var precision = 0.05

    public init(_ objective: Objective) { self.objective = objective }

    /// Searches. `attempt` makes a run of a rate; a confirmation takes as long as the plan says, the others less.
    public func search<Failure: Error>(
        onStep: (Step) -> Void, attempt: (_ rate: Double, _ isConfirmation: Bool) throws(Failure) -> RunResult
    ) throws(Failure) -> Answer {
        var steps: [Step] = []
        var lastInvalid: Double?
        func keeps(_ rate: Double, confirming: Bool) throws(Failure) -> Bool {
            var result = try attempt(rate, confirming)
            // A hiccup of the generator's says nothing of the server: once more.
            if result.validity.word == .invalid { result = try attempt(rate, confirming) }
            let step = judge(rate, confirming, result)
            if result.validity.word == .invalid { lastInvalid = rate }
            steps.append(step)
            onStep(step)
            return step.isKept
        }
        var (low, high) = (0.0, lowest)
        while high <= highest, try keeps(high, confirming: false) {
            low = high
            high *= 2
        }
        while low > 0, high - low > precision * low {
            let middle = ((low + high) / 2).rounded()
            if try keeps(middle, confirming: false) { low = middle } else { high = middle }
        }
        // What a short run kept by luck, a longer one may not.
        while low >= lowest {
            if try keeps(low, confirming: true) {
                return Answer(rate: low, steps: steps, isGeneratorsLimit: lastInvalid.map { $0 <= high } ?? false)
            }
            low = (low * (1 - precision)).rounded()
        }
        return Answer(rate: nil, steps: steps, isGeneratorsLimit: lastInvalid != nil)
    }

    private func judge(_ rate: Double, _ isConfirmation: Bool, _ result: RunResult) -> Step {
        let outcome = objective.judge(result)
        let reached = objective.conditions.map { "\($0.text): \($0.tell($0.value(in: result)))" }.joined(
            separator: ", ")
        let isInvalid = result.validity.word == .invalid
        return Step(
            rate: rate, isConfirmation: isConfirmation, isKept: outcome == .kept,
            account: isInvalid ? "INVALID: \(result.validity.reasons.first ?? "")" : reached)
    }
}
