// The results of a check.
public import Support

/// The results of all cases that were run, with grade and verdict.
public struct CheckReport: Sendable {
    public enum Outcome: Sendable {
        case passed
        case failed(Failure)
        /// It could not be checked, for this reason. `isFailure` if that is the server's fault.
        case notChecked(Text, isFailure: Bool)
    }

    /// A finding, and what the server's process printed meanwhile.
    public struct Failure: Sendable {
        public var finding: Finding
        /// Whether the server ended by itself meanwhile, and how.
        public var death: Text?
        /// The last line that it printed on standard error meanwhile.
        public var output = ""
        /// What an earlier case already reported.
        public var repetition: Repetition?
    }

    /// The first case with the same cause.
    public struct Repetition: Sendable, Equatable {
        public let id: String
        /// Whether the earlier case saw exactly the same, so that nothing is left to report.
        public let isWhole: Bool
    }

    public struct Result: Sendable {
        public let test: CheckCase
        public internal(set) var outcome: Outcome
        public let duration: Duration

        /// The mistake behind a failure: the recognised one, or else the one that the case points to.
        public var mistake: Mistake {
            if case .failed(let failure) = outcome { failure.finding.mistake ?? test.mistake } else { test.mistake }
        }

        public var hasPassed: Bool { if case .passed = outcome { true } else { false } }
        public var points: Int { hasPassed ? test.points : 0 }
        /// Whether it counts. A case that cannot be checked from here does not.
        public var counts: Bool { if case .notChecked(_, false) = outcome { false } else { true } }
    }

    /// Points of a level.
    public struct Score: Sendable, Equatable {
        public var passed = 0
        public var failed = 0
        public var notChecked = 0

        /// Points of the cases that passed, and of all that count.
        public var points = 0
        public var pointsPossible = 0

        public static func + (left: Self, right: Self) -> Self {
            Self(
                passed: left.passed + right.passed, failed: left.failed + right.failed,
                notChecked: left.notChecked + right.notChecked, points: left.points + right.points,
                pointsPossible: left.pointsPossible + right.pointsPossible)
        }
    }

    /// The server, as the user named it.
    public let target: String
    public let patience: Double
    public let seed: UInt64
    /// The requested level.
    public let level: Level
    public var roundTrip: Duration?
    public var servesSeveralClients = true
    public var results: [Result] = []
    public var duration = Duration.zero

    public func score(_ level: Level) -> Score {
        var score = Score()
        for result in results where result.test.level == level {
            score.points += result.points
            score.pointsPossible += result.counts ? result.test.points : 0
            if result.hasPassed {
                score.passed += 1
            } else if result.counts {
                score.failed += 1
            } else {
                score.notChecked += 1
            }
        }
        return score
    }

    /// Whether every case of a level and of those below it has passed or could not be checked; false if none was checked.
    public func holds(_ level: Level) -> Bool {
        let asked = results.filter { $0.test.level <= level && $0.counts }
        return !asked.isEmpty && asked.allSatisfy(\.hasPassed)
    }

    /// The levels that were checked.
    public var levels: [Level] { Level.allCases.filter { level in results.contains { $0.test.level == level } } }

    /// Whether all cases of the level were run.
    public var isComplete: Bool {
        let ids = Set(results.map(\.test.id))
        return CheckCatalog.all.allSatisfy { $0.level > level || ids.contains($0.id) }
    }

    /// Adds a result, and notes whether its cause was reported before.
    mutating func add(_ result: Result) {
        var result = result
        if case .failed(var failure) = result.outcome {
            let mistake = result.mistake
            let same = results.first { earlier in
                guard case .failed(let other) = earlier.outcome else { return false }
                return earlier.mistake == mistake && other.repetition == nil
            }
            if let same, case .failed(let other) = same.outcome {
                // A recognised mistake is certain. One that a case only points to is not.
                let isWhole = failure.finding.isRecognised || failure.finding.looksLike(other.finding)
                failure.repetition = Repetition(id: same.test.id, isWhole: isWhole)
                result.outcome = .failed(failure)
            }
        }
        results.append(result)
    }

    /// The cases that were run and failed.
    public var failed: [Result] { results.filter { if case .failed = $0.outcome { true } else { false } } }

    /// The cases that were not run because another failed; they count as failed.
    public var prevented: [Result] {
        results.filter { if case .notChecked(_, isFailure: true) = $0.outcome { true } else { false } }
    }
}

extension CheckReport.Result {
    /// The command that prints the page about the mistake: named by the case, unless another mistake was recognised.
    public var explainCommand: String {
        "eco explain \(mistake.pageName == test.mistake.pageName ? test.id : mistake.pageName)"
    }
}
