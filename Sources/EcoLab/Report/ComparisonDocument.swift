// The results of an experiment: the document from which every report is made.
import EcoLoad
import LinuxIO

/// The document in `results.json`. Docs/compare.md lists its fields.
public struct ComparisonDocument: Sendable, ResultDocument {
    public static let knownFormat = "eco-compare"
    public static let knownVersion = 1

    public var format = Self.knownFormat
    public var version = Self.knownVersion
    public var eco: String
    /// The compiler, and the kind of build.
    public var compiler = Self.compilerName
    public var isDebugBuild = Self.isBuiltForDebugging
    /// When it began, in seconds since 1970.
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
    /// What the user was told meanwhile.
    public var notices: [String] = []
    /// The number of planned trials; an interrupted experiment has fewer.
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

    /// Why a server failed a step, for each time that it was measured. A server that did not start failed every step.
    func failures(_ entrant: String, _ setting: String, _ step: String) -> [String] {
        trials.filter { $0.entrant == entrant && $0.setting == setting }.compactMap { trial in
            trial.failure ?? trial.steps.first { $0.name == step && !$0.isKnown }?.failure
        }
    }

    /// Why a step is not tried any more; nil while it still is. Two failures are enough; a server that serves one client at a time is known
    /// not to serve two.
    func knownFailure(_ entrant: String, _ setting: String, _ step: String) -> String? {
        let reasons = failures(entrant, setting, step)
        return reasons.count >= (gate(of: entrant)?.servesSeveralClients ?? true ? 2 : 1) ? reasons[0] : nil
    }

    /// Names appear in plots, and gnuplot interprets its input.
    public var flaw: String? {
        if trials.isEmpty { return "nothing was measured" }
        for trial in trials {
            if let flaw = trial.steps.lazy.compactMap({ $0.result?.flaw }).first { return flaw }
        }
        let known = Set(experiment.entrants.map(\.name))
        guard known.allSatisfy(Entrant.isName) else { return "a server's name is not valid" }
        let used = [experiment.baseline] + gates.map(\.entrant) + trials.map(\.entrant) + verdicts.map(\.entrant)
        return used.allSatisfy(known.contains) ? nil : "it has results of a server that takes no part"
    }
}

/// What one server did in one round under one setting.
public struct TrialResult: Sendable, Codable {
    /// The result of a load.
    public struct Step: Sendable, Codable {
        public var name: String
        public var result: RunResult?
        /// Why it does not count; nil if all went well.
        public var failure: String?
        /// Why there is no figure although the server is not to blame: this machine could not put the load on it.
        public var notMeasured: String?
        /// It was not tried again, because it had failed before, for this reason.
        public var isKnown = false
        /// How many runs before this one were INVALID and are not kept.
        public var spoiltAttempts = 0
    }

    public var entrant: String
    public var scenario: Scenario
    public var setting: String
    /// From 1.
    public var round: Int
    /// The number of this trial in the experiment, from 1.
    public var order: Int
    public var steps: [Step] = []
    /// Why the server could not be measured at all.
    public var failure: String?
    /// How long the machine took for a fixed piece of work just before, in milliseconds.
    public var probeMilliseconds: Double
    /// How long it took in total.
    public var seconds = 0.0

    /// Whether anything went wrong.
    var hasFailed: Bool { failure != nil || steps.contains { $0.failure != nil } }
}

/// The result of a server's check.
public struct GateResult: Sendable, Codable {
    /// A case that it fails.
    public struct Finding: Sendable, Codable {
        public var id: String
        public var level: String
        public var title: String
        /// The cause, in a sentence.
        public var why: String
    }

    public var entrant: String
    /// Whether it keeps the lesson's level, except for serving several clients at once.
    public var isAdmitted: Bool
    /// Why it is not measured.
    public var reason: String?
    public var points = 0
    public var pointsPossible = 0
    public var servesSeveralClients = true
    public var roundTripMicroseconds: Double?
    public var findings: [Finding] = []
    /// Messages per second that 100 clients got before the first round, from which the common rate follows.
    public var firstRate: Double?
}
