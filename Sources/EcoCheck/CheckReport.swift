// What a check came to.

/// The results of all cases that were run, and what they amount to.
public struct CheckReport: Sendable {
    public enum Outcome: Sendable {
        case passed
        case failed(Failure)
        /// It could not be looked at: here is why. `isFailure` if that is the server's fault.
        case notChecked(Text, isFailure: Bool)
    }

    /// A finding, and what the server's process had to say about it.
    public struct Failure: Sendable {
        public var finding: Finding
        /// That the server ended by itself meanwhile, and how.
        public var death: Text?
        /// The last line that it has printed on standard error meanwhile.
        public var output = ""
    }

    public struct Result: Sendable {
        public let test: CheckCase
        public let outcome: Outcome
        public let duration: Duration

        public var hasPassed: Bool { if case .passed = outcome { true } else { false } }
        /// Whether it counts: what cannot be looked at from here is nobody's fault.
        public var counts: Bool { if case .notChecked(_, false) = outcome { false } else { true } }
    }

    /// Points of a level.
    public struct Score: Sendable, Equatable {
        public var passed = 0
        public var failed = 0
        public var notChecked = 0

        public var points: Int { passed * CheckCatalog.pointsPerCase }
        public var pointsPossible: Int { (passed + failed) * CheckCatalog.pointsPerCase }
    }

    /// What was checked, as the person named it.
    public let target: String
    public let patience: Double
    public let seed: UInt64
    /// The level that was asked for.
    public let level: Level
    public var roundTrip: Duration?
    public var servesSeveralClients = true
    public var results: [Result] = []
    public var duration = Duration.zero

    public func score(_ level: Level) -> Score {
        var score = Score()
        for result in results where result.test.level == level {
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

    /// Whether every case of a level, and of those before it, has passed or could not be looked at; false if none was looked at.
    public func holds(_ level: Level) -> Bool {
        let asked = results.filter { $0.test.level <= level && $0.counts }
        return !asked.isEmpty && asked.allSatisfy(\.hasPassed)
    }

    /// Whether all cases there are were run.
    public var isComplete: Bool { results.count == CheckCatalog.all.count }

    /// Those that were run and failed.
    public var failed: [Result] { results.filter { if case .failed = $0.outcome { true } else { false } } }

    /// Those that were not run because of another's failure, and count as failed.
    public var prevented: [Result] {
        results.filter { if case .notChecked(_, isFailure: true) = $0.outcome { true } else { false } }
    }
}
