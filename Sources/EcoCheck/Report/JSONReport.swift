// A report for programs: JSON, whose fields Docs/check.md lists.
import FoundationEssentials
import LinuxIO
public import Support

/// The report as JSON.
public struct JSONReport: Codable, Sendable {
    public struct Case: Codable, Sendable {
        public var id: String
        public var level: Level
        public var title: String
        /// `passed`, `failed` or `not checked`.
        public var outcome: String
        public var points: Int
        public var pointsPossible: Int
        public var milliseconds: Double
        public var failure: Failure?
        public var reason: String?
    }

    public struct Failure: Codable, Sendable {
        /// What was sent, in order, as readable text.
        public var sent: [String]
        public var expected: String
        public var got: String
        /// The state of the connection.
        public var ending: String
        public var firstDifference: Int?
        public var note: String?
        public var output: String
        public var why: String
        public var page: String
        /// The command that prints the page.
        public var explain: String
        /// The first case that failed for the same cause.
        public var sameCauseAs: String?
    }

    public struct Score: Codable, Sendable {
        public var passed: Int
        public var failed: Int
        public var notChecked: Int
        public var points: Int
        public var pointsPossible: Int
    }

    public var format = "eco-check"
    public var version = 1
    public var eco: String
    public var target: String
    public var language: String
    public var seed: UInt64
    public var patience: Double
    public var roundTripMilliseconds: Double?
    public var servesSeveralClients: Bool
    public var level: Level
    public var holds: Bool
    public var points: Int
    public var pointsPossible: Int
    public var scores: [String: Score]
    public var seconds: Double
    public var cases: [Case]

    public init(_ report: CheckReport, version: String, language: Language) {
        eco = version
        target = report.target
        self.language = language.rawValue
        seed = report.seed
        patience = report.patience
        roundTripMilliseconds = report.roundTrip.map { $0.seconds * 1000 }
        servesSeveralClients = report.servesSeveralClients
        level = report.level
        holds = report.holds(report.level)
        scores = Dictionary(
            uniqueKeysWithValues: Level.allCases.map { level in
                let score = report.score(level)
                return (
                    level.rawValue,
                    Score(
                        passed: score.passed, failed: score.failed, notChecked: score.notChecked, points: score.points,
                        pointsPossible: score.pointsPossible)
                )
            })
        points = scores.values.reduce(0) { $0 + $1.points }
        pointsPossible = scores.values.reduce(0) { $0 + $1.pointsPossible }
        seconds = report.duration.seconds
        cases = report.results.map { Case($0, language) }
    }

    /// The text of the JSON document, with a newline at its end.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self).plainJSON + "\n"
        }
    }
}

extension JSONReport.Case {
    fileprivate init(_ result: CheckReport.Result, _ language: Language) {
        id = result.test.id
        level = result.test.level
        title = result.test.title.in(language)
        points = result.points
        pointsPossible = result.test.points
        milliseconds = result.duration.seconds * 1000
        switch result.outcome {
        case .passed: outcome = "passed"
        case .notChecked(let text, let isFailure):
            outcome = isFailure ? "failed" : "not checked"
            reason = text.in(language)
        case .failed(let failure):
            outcome = "failed"
            self.failure = JSONReport.Failure(failure, result, language)
        }
    }
}

extension JSONReport.Failure {
    fileprivate init(_ failure: CheckReport.Failure, _ result: CheckReport.Result, _ language: Language) {
        let finding = failure.finding
        let mistake = result.mistake
        sent = finding.steps.map { step in
            switch step {
            case .sent(let bytes): ByteText(bytes).text
            case .endedSending: "end of stream"
            case .reset: "reset"
            }
        }
        expected =
            switch finding.expected {
            case .bytes(let bytes): ByteText(bytes, marked: finding.firstDifference).text
            case .line(let text), .fact(let text): text.in(language)
            case .end: "end of stream"
            }
        got = ByteText(finding.got, marked: finding.firstDifference).text
        ending = "\(finding.ending)"
        firstDifference = finding.firstDifference
        let notes = [finding.note, failure.death].compactMap { $0?.in(language) }
        note = notes.isEmpty ? nil : notes.joined(separator: "; ")
        output = failure.output
        why = mistake.why.in(language)
        page = mistake.page(language)
        explain = result.explainCommand
        sameCauseAs = failure.repetition?.id
    }
}
