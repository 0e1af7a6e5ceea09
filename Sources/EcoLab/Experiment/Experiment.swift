// What is compared, under which loads, how often and for how long.
import EcoLoad

/// The plan of an experiment. A value; the same plan and seed put the same loads on every server, in the same order.
public struct Experiment: Sendable, Codable, Equatable {
    /// How thorough it is.
    public enum Pace: String, Sendable, Codable {
        case quick, normal, full
    }

    public var entrants: [Entrant]
    /// The name of the server that all others are compared with.
    public var baseline: String
    public var scenarios = Scenario.allCases
    public var pace: Pace
    public var rounds: Int
    /// How long each load is measured. The sweep over clients takes a third of it for each number of clients.
    public var durationSeconds: Double
    public var seed: UInt64
    /// Messages per second in total, for the loads that are the same for every server; measured before the first round.
    public var commonRate: Double?

    /// - Parameter entrants: at least one.
    public init(_ entrants: [Entrant], pace: Pace = .normal, seed: UInt64 = 1) {
        self.entrants = entrants
        self.pace = pace
        self.seed = seed
        baseline = entrants.contains { $0.name == "reactor" } ? "reactor" : entrants.first?.name ?? ""
        rounds = pace == .full ? 15 : 5
        durationSeconds = pace == .quick ? 0.25 : pace == .normal ? 3 : 10
    }

    // MARK: - Sizes

    /// Clients of the loads with a fixed number of clients.
    static let usualClients = 100
    /// The highest common rate: the generator can keep it, and most servers have time to spare.
    static let highestRate = 20_000.0

    /// The numbers of clients in the sweep.
    public var clientSteps: [Int] {
        switch pace {
        case .quick: [1, 1000, 10_000]
        case .normal: [1, 10, 100, 1000, 10_000]
        case .full: [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000]
        }
    }

    /// The sweep takes longest: with 2 it is made only in every second round.
    var sweepEvery: Int { pace == .quick ? 2 : 1 }

    /// The step at which the sweep is judged.
    static let judgedClients = 1000

    /// The number of idle clients.
    public var idleClients: Int { pace == .quick ? 2000 : pace == .normal ? 5000 : 10_000 }

    /// A load with the settings that all loads have in common.
    func plan(clients: Int, seconds: Double? = nil) -> LoadPlan {
        var plan = LoadPlan()
        plan.clients = clients
        plan.durationSeconds = seconds ?? durationSeconds
        plan.warmupSeconds = min(1, max(0.12, plan.durationSeconds / 5))
        plan.timeoutSeconds = clients > 1000 ? 5 : 2
        // So that a short backlog does not decide how a server fares with its messages.
        plan.rampSeconds = clients > 200 ? Double(clients) / 10_000 : 0
        plan.mostFailures = 0
        plan.seed = seed
        return plan
    }

    // MARK: - Length

    /// All settings, scenario by scenario.
    public var settings: [Setting] { scenarios.flatMap { $0.settings(self) } }

    /// The servers that take part in a setting: with simulated work, only those that can simulate it.
    public func takesPart(_ entrant: Entrant, in setting: Setting) -> Bool {
        setting.simulatedWork == nil || entrant.model != nil
    }

    /// About how long it takes, in seconds, including the checks.
    public var estimatedSeconds: Double {
        let rounds = Double(rounds)
        let trials = settings.reduce(0) { sum, setting in
            sum + Double(entrants.count { takesPart($0, in: setting) }) * setting.estimatedSeconds
                * (rounds / Double(setting.everyRounds)).rounded(.up)
        }
        return trials + Double(entrants.count) * Self.secondsOfCheck
    }

    /// About how long it takes to check a server and to measure its rate once.
    static let secondsOfCheck = 5.5
}
