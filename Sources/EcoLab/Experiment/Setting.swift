// One condition of an experiment: what the server does, and the loads that it gets.
import EcoLoad

/// What one start of a server is asked.
public struct Setting: Sendable, Codable, Equatable {
    /// A load, and what it is called within its setting.
    public struct Step: Sendable, Codable, Equatable {
        public var name: String
        public var plan: LoadPlan
    }

    public var scenario: Scenario
    /// The scenario's name, with the simulated work where there are several.
    public var id: String
    /// What each text costs the server: `sleep:5ms`, `cpu:200us`.
    public var simulatedWork: String?
    /// Whether three clients that mean no good are there meanwhile, see `Troublemakers`.
    public var hasTroublemakers = false
    /// It is made in the first round, and in every nth one after it; 1 is every round.
    public var everyRounds = 1
    public var steps: [Step]

    init(_ scenario: Scenario, simulating work: String? = nil, _ steps: [Step]) {
        self.scenario = scenario
        id = work.map { "\(scenario.rawValue) \($0)" } ?? scenario.rawValue
        simulatedWork = work
        self.steps = steps
    }

    /// About how long a server's turn takes, in seconds.
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
