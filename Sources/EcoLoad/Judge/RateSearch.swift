// The highest rate that keeps an objective, found by trying.
import Support

/// A search: doubles the rate until the objective is missed, halves the gap, and confirms the answer with a longer run.
///
/// A run that says nothing about the server is repeated a few times. If the server is gone, the search ends.
public struct RateSearch: Sendable {
    /// One try.
    public struct Step: Sendable, Codable {
        public var rate: Double
        public var isConfirmation: Bool
        public var isKept: Bool
        /// What was reached, or why it does not count.
        public var account: String
        /// How many runs it took. All but the last were INVALID.
        public var attempts: Int?
        /// The validity of the last of them.
        public var word: Validity.Word?
    }

    /// Nil if not even the lowest rate kept it.
    public struct Answer: Sendable, Codable {
        public var rate: Double?
        public var steps: [Step]
        /// Whether the next higher rate was too much for the generator, not for the server.
        public var isGeneratorsLimit: Bool
        /// The validity of the answer: of the run that confirmed it, and what bounds it; or why the search ended.
        public var validity: Validity?

        /// 0 if there is an answer, 1 if no rate keeps the objective, else the status of what ended the search.
        public var exitStatus: Int32 {
            if rate != nil { return 0 }
            // A rate that was not kept is a miss like any other.
            guard let finding = validity?.entries.first?.finding, !finding.isLeftToObjective, finding != .rateNotKept
            else { return 1 }
            return finding.exitStatus
        }

        /// The highest rate that kept the objective in a short run, confirmed or not.
        public var highestKept: Double? { steps.filter(\.isKept).map(\.rate).max() }
    }

    public let objective: Objective
    /// The search begins here, in messages per second, and never goes below.
    public var lowest = 100.0
    public var highest = 10_000_000.0
    /// The search ends once the gap is this small a share of the rate.
    public var precision = 0.05
    /// At most how many runs are made of a rate while they are INVALID.
    public var mostAttempts = 3

    public init(_ objective: Objective) { self.objective = objective }

    /// Searches. `attempt` runs a rate, or returns nil if the search is to end. A confirming run is as long as the plan says, the others
    /// are shorter.
    public func search<Failure: Error>(
        onStep: (Step) -> Void, attempt: (_ rate: Double, _ isConfirmation: Bool) throws(Failure) -> RunResult?
    ) throws(Failure) -> Answer {
        var path = Path()
        func tries(_ rate: Double, confirming: Bool) throws(Failure) -> Verdict {
            for number in 1...mostAttempts {
                guard let result = try attempt(rate, confirming), !result.isInterrupted else {
                    return path.end(with: .init(finding: .unfinished, reason: "the search was ended before its answer"))
                }
                let verdict = verdict(on: result)
                if verdict == .undecided, number < mostAttempts { continue }
                onStep(path.add(step(rate, confirming, number, result, verdict), result, verdict))
                return verdict
            }
            return .undecided
        }
        var (low, high) = (0.0, lowest)
        climbing: while high <= highest {
            switch try tries(high, confirming: false) {
            case .kept: (low, high) = (high, high * 2)
            case .missed, .undecided: break climbing
            case .over: return path.answer(nil)
            }
        }
        while low > 0, high - low > precision * low {
            let middle = ((low + high) / 2).rounded()
            switch try tries(middle, confirming: false) {
            case .kept: low = middle
            case .missed, .undecided: high = middle
            case .over: return path.answer(nil)
            }
        }
        // A longer run may miss what a short run kept by luck.
        var less = precision
        while low >= lowest {
            switch try tries(low, confirming: true) {
            case .kept: return path.answer(low)
            case .missed, .undecided: (low, less) = ((low * (1 - less)).rounded(), min(0.5, less * 2))
            case .over: return path.answer(nil)
            }
        }
        return path.answer(nil)
    }

    // MARK: - Judging

    private enum Verdict {
        case kept, missed
        /// The run says nothing about the server.
        case undecided
        /// The server is gone, or the search was ended.
        case over
    }

    private func verdict(on result: RunResult) -> Verdict {
        let enders: [Finding] = [.nobodyListens, .unreachable, .mute, .ended, .wrongBytes]
        if enders.contains(where: result.validity.has) { return .over }
        switch objective.judge(result) {
        case .undecided: return .undecided
        case .missed: return .missed
        case .kept: return result.validity.has(.rateNotKept) ? .missed : .kept
        }
    }

    private func step(
        _ rate: Double, _ isConfirmation: Bool, _ attempts: Int, _ result: RunResult, _ verdict: Verdict
    ) -> Step {
        let validity = result.validity
        let reached = objective.conditions.map { $0.account(in: result) }.joined(separator: ", ")
        let account =
            switch verdict {
            case .kept: reached
            case .missed where objective.judge(result) == .kept, .over:
                validity.reasons.first ?? reached
            case .missed: reached
            case .undecided:
                validity.word == .invalid ? "\(validity.word.rawValue): \(validity.reasons.first ?? "")" : reached
            }
        return Step(
            rate: rate, isConfirmation: isConfirmation, isKept: verdict == .kept, account: account, attempts: attempts,
            word: validity.word)
    }

    /// The steps so far, and what follows from them.
    private struct Path {
        private var steps: [Step] = []
        /// Rates that were not kept, and whether only because their figures were INVALID.
        private var bounds: [(rate: Double, isUndecided: Bool)] = []
        private var last = Validity([])

        mutating func add(_ step: Step, _ result: RunResult, _ verdict: Verdict) -> Step {
            let isFirst = steps.isEmpty
            steps.append(step)
            last = result.validity
            if verdict == .missed || verdict == .undecided { bounds.append((step.rate, verdict == .undecided)) }
            // It was there before.
            if verdict == .over, !isFirst, !last.has(.wrongBytes), !last.has(.mute) {
                let rate = RateText(step.rate)
                _ = end(with: .init(finding: .ended, reason: "the server ended at \(rate) messages per second"))
            }
            return step
        }

        mutating func end(with entry: Validity.Entry) -> Verdict {
            last = Validity([entry])
            return .over
        }

        func answer(_ rate: Double?) -> Answer {
            let bound = bounds.filter { $0.rate > rate ?? 0 }.min { $0.rate < $1.rate }
            let isGenerators = rate == nil ? bounds.contains(where: \.isUndecided) : bound?.isUndecided ?? false
            var validity = last
            if rate != nil, isGenerators {
                let reason = "above it the generator was the limit: the server may carry more"
                validity = Validity(validity.entries + [.init(finding: .generatorLimit, reason: reason)])
            }
            return Answer(rate: rate, steps: steps, isGeneratorsLimit: isGenerators, validity: validity)
        }
    }
}
