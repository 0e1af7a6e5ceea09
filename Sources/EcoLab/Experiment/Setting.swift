// One condition of an experiment: what the server does, and the loads put on it.
import EcoLoad

/// The loads that one start of a server gets.
public struct Setting: Sendable, Codable, Equatable {
    /// A load, and its name within its setting.
    public struct Step: Sendable, Codable, Equatable {
        public var name: String
        public var plan: LoadPlan
    }

    public var scenario: Scenario
    /// The scenario's name, followed by the simulated work if it has several settings.
    public var id: String
    /// The simulated work per text: `sleep:5ms`, `cpu:200us`.
    public var simulatedWork: String?
    /// Whether three hostile clients are connected meanwhile: see `Troublemakers`.
    public var hasTroublemakers = false
    /// It runs in the first round, and in every nth round after it; 1 is every round.
    public var everyRounds = 1
    public var steps: [Step]

    init(_ scenario: Scenario, simulating work: String? = nil, _ steps: [Step]) {
        self.scenario = scenario
        id = work.map { "\(scenario.rawValue) \($0)" } ?? scenario.rawValue
        simulatedWork = work
        self.steps = steps
    }

    /// About how long it takes per server, in seconds.
    var estimatedSeconds: Double {
        steps.reduce(Self.secondsOfStart) { sum, step in
            let plan = step.plan
            let connecting = plan.rampSeconds + Double(plan.clients) / 50_000
            return sum + Self.secondsOfStep + connecting + plan.warmupSeconds + plan.durationSeconds
        }
    }

    private static let secondsOfStart = 0.06
    private static let secondsOfStep = 0.08
}
