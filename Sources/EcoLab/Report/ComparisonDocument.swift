// All that an experiment came to: the document from which every report is made.
import EcoLoad
import FoundationEssentials
import LinuxIO

/// The document in `results.json`. Docs/compare.md lists its fields.
public struct ComparisonDocument: Sendable, Codable {
    public var format = "eco-compare"
    public var version = 1
    public var eco: String
    /// What has compiled it, and how.
    public var compiler = Self.compilerName
    public var isDebugBuild = Self.isBuiltForDebugging
    /// When it was begun, in seconds since 1970.
    public var begin: Double
    /// How long it took, in seconds.
    public var seconds = 0.0
    public var machine: LoadDocument.Machine
    public var placement: Placement
    public var experiment: Experiment
    public var gates: [GateResult] = []
    public var trials: [TrialResult] = []
    public var steadiness = Steadiness()
    public var verdicts: [Verdict] = []
    /// What the person was told meanwhile.
    public var notices: [String] = []
    /// How many trials were planned; fewer were made if it was interrupted.
    public var trialsPlanned = 0
    public var isInterrupted = false

    public init(_ experiment: Experiment, version: String, begin: Double, placement: Placement) {
        eco = version
        self.begin = begin
        self.experiment = experiment
        self.placement = placement
        machine = .current
    }

    private static var compilerName: String {
        #if compiler(>=6.4)
            "Swift 6.4 or later"
        #elseif compiler(>=6.3)
            "Swift 6.3"
        #else
            "Swift before 6.3"
        #endif
    }

    private static var isBuiltForDebugging: Bool {
        var isDebug = false
        // Only a debug build evaluates it.
        assert(
            {
                isDebug = true; return true
            }())
        return isDebug
    }

    func gate(of entrant: String) -> GateResult? { gates.first { $0.entrant == entrant } }

    // MARK: - As text

    /// JSON, with a newline at its end.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    public enum ReadError: Error, Equatable {
        /// The file cannot be read.
        case unreadable
        /// It is not a document of this kind, or of another version.
        case notADocument(String)
    }

    /// Reads what `text` has written.
    public init(reading path: String) throws(ReadError) {
        guard let text = SystemFile.text(at: path, limit: 1 << 30) else { throw .unreadable }
        let document: Self
        do { document = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) } catch {
            throw .notADocument("\(error)")
        }
        guard document.format == "eco-compare", document.version == 1 else {
            throw .notADocument("\(document.format) \(document.version)")
        }
        // Names are drawn, and what draws them reads a language.
        guard document.experiment.entrants.allSatisfy({ Entrant.isName($0.name) }) else {
            throw .notADocument("a server's name is none")
        }
        self = document
    }
}

/// What one server did in one round under one setting.
public struct TrialResult: Sendable, Codable {
    /// What came of a load.
    public struct Step: Sendable, Codable {
        public var name: String
        public var result: RunResult?
        /// Why it does not count; nil if all went well.
        public var failure: String?
        /// It was not tried again: it had failed before, for this reason.
        public var isKnown = false
    }

    public var entrant: String
    public var scenario: Scenario
    public var setting: String
    /// From 1.
    public var round: Int
    /// The how-manieth trial of the experiment this was, from 1.
    public var order: Int
    public var steps: [Step] = []
    /// Why the server could not be asked at all.
    public var failure: String?
    /// How long the machine took for a fixed piece of work just before, in milliseconds.
    public var probeMilliseconds: Double
    /// How long it took in all.
    public var seconds = 0.0

    /// Whether anything went wrong.
    var hasFailed: Bool { failure != nil || steps.contains { $0.failure != nil } }

    /// What went wrong this time, and at which step.
    var measuredFailures: [(step: String, reason: String)] {
        if let failure { return [("", failure)] }
        return steps.compactMap { step in step.isKnown ? nil : step.failure.map { (step.name, $0) } }
    }
}

/// What a server's check came to.
public struct GateResult: Sendable, Codable {
    /// A case that it fails.
    public struct Finding: Sendable, Codable {
        public var id: String
        public var level: String
        public var title: String
        /// What is behind it, in a sentence.
        public var why: String
    }

    public var entrant: String
    /// Whether it keeps the lesson's level, but for serving several clients at once.
    public var isAdmitted: Bool
    /// Why it is not measured.
    public var reason: String?
    public var points = 0
    public var pointsPossible = 0
    public var servesSeveralClients = true
    public var roundTripMicroseconds: Double?
    public var findings: [Finding] = []
    /// Messages a second that 100 clients got before the first round, from which the common rate follows.
    public var firstRate: Double?
}
