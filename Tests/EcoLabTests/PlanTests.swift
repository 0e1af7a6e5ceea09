// The order of the trials, how long they take, and what is known about chance.
import EcoLoad
import Glibc
import Support
import Testing

@testable import EcoLab

@Suite("An experiment's plan")
struct PlanTests {
    private static let four = ["reactor", "workers", "threads", "sequential"].map {
        Entrant(model: $0, executable: "eco")
    }
    private static let five = four + [Entrant(name: "other", command: "other {port}")]

    @Test("has every server in every setting, once per round; only ours simulate work")
    func complete() {
        for pace in [Experiment.Pace.quick, .normal, .full] {
            let experiment = Experiment(Self.five, pace: pace)
            let turns = Schedule(experiment, admitted: Self.five.map(\.name)).turns
            for setting in experiment.settings {
                for entrant in Self.five {
                    let rounds = turns.filter { $0.setting.id == setting.id && $0.entrant.name == entrant.name }.map(
                        \.round)
                    let expected =
                        experiment.takesPart(entrant, in: setting)
                        ? Array(stride(from: 1, through: experiment.rounds, by: setting.everyRounds)) : []
                    #expect(rounds == expected, "\(setting.id) \(entrant.name)")
                }
            }
        }
    }

    @Test("is the same for the same seed, and not from round to round")
    func order() {
        func order(_ seed: UInt64) -> [String] {
            let experiment = Experiment(Self.five, seed: seed)
            return Schedule(experiment, admitted: Self.five.map(\.name)).turns.map {
                "\($0.setting.id) \($0.entrant.name)"
            }
        }
        #expect(order(3) == order(3) && order(3) != order(4))
        // Chance orders the settings, and within each the servers.
        let turns = Schedule(Experiment(Self.five, seed: 3), admitted: Self.five.map(\.name)).turns
        let settings = (1...5).map { round in turns.filter { $0.round == round }.map(\.setting.id) }
        let servers = (1...5).map { round in
            turns.filter { $0.round == round && $0.setting.id == "peak" }.map(\.entrant.name)
        }
        #expect(Set(settings).count > 1 && Set(servers).count > 1)
    }

    @Test("keeps its servers together within a setting, so that they meet the same conditions")
    func together() {
        let turns = Schedule(Experiment(Self.five), admitted: Self.five.map(\.name)).turns
        var runs = 1
        for (one, next) in zip(turns, turns.dropFirst())
        where one.setting.id != next.setting.id || one.round != next.round { runs += 1 }
        #expect(runs == Experiment(Self.five).settings.count * 5)
    }

    @Test("takes less than three minutes for five servers if it is quick, and less than fifteen if not")
    func length() {
        #expect(Experiment(Self.five, pace: .quick).estimatedSeconds < 180)
        #expect(Experiment(Self.five, pace: .normal).estimatedSeconds < 900)
    }

    @Test(
        "gives all servers a rate that the slowest can carry",
        arguments: [(200_000.0, 20_000.0), (50_000, 20_000), (30_000, 10_000), (1000, 200), (100, 20), (10, 2), (1, 1)])
    func rate(slowest: Double, common: Double) { #expect(Laboratory.commonRate(slowest: slowest) == common) }

    @Test("waits for a failure twice, and for a foreseen one once")
    func failures() {
        var document = Samples.document(["reactor", "sequential"], rounds: 3) { _, _, _ in nil }
        document.gates[1].servesSeveralClients = false
        let trials = document.trials
        func known(_ name: String, after rounds: Int, _ setting: String = "peak", _ step: String = "") -> String? {
            document.trials = trials.filter { $0.round <= rounds }
            return document.knownFailure(name, setting, step)
        }
        #expect(known("reactor", after: 1) == nil && known("reactor", after: 2) == "it <fell> over")
        #expect(known("sequential", after: 0) == nil && known("sequential", after: 1) == "it <fell> over")
        #expect(known("reactor", after: 1, "clients", "1,000 clients") == nil)
        #expect(known("reactor", after: 2, "clients", "1,000 clients") != nil)
        #expect(known("reactor", after: 3, "clients", "7 clients") == nil)
        // A step that was not tried is no further failure, and a server that does not start fails every step.
        document.trials = trials.filter { $0.round == 1 }
        document.trials += document.trials.map { trial in
            var copy = trial
            for index in copy.steps.indices { copy.steps[index].isKnown = true }
            return copy
        }
        #expect(document.knownFailure("reactor", "peak", "") == nil)
        document.trials = trials.filter { $0.round == 1 }.map { trial in
            var copy = trial
            (copy.steps, copy.failure) = ([], "it does not start")
            return copy
        }
        #expect(document.knownFailure("sequential", "clients", "1 client") == "it does not start")
    }

    @Test(
        "of equal servers sees a difference in fewer than one report of twenty, however noisy the machine",
        arguments: [0.005, 0.03, 0.2])
    func chance(noise: Double) {
        var random = SeededRandom(seed: 99)
        func normal() -> Double {
            sqrt(-2 * log(Double.random(in: 1e-12..<1, using: &random)))
                * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
        }
        var wrong = 0
        let (reports, comparisons) = (2000, 36)
        for _ in 0..<reports {
            let isWrong = (0..<comparisons).contains { _ in
                // A round's own weather hits both.
                let pairs = (0..<5).map { _ in
                    let weather = exp(0.2 * normal())
                    return (server: weather * exp(noise * normal()), baseline: weather * exp(noise * normal()))
                }
                let verdict = Verdict(
                    .peak, JudgedFigure("peak", .processorTime), of: "b", against: "a", pairs: pairs,
                    comparisons: comparisons)
                // Also one that is said to be perhaps too small to matter.
                return (verdict.low ?? 0) > 1 || (verdict.high ?? 2) < 1
            }
            if isWrong { wrong += 1 }
        }
        #expect(wrong <= reports / 20 + 30, "\(wrong) of \(reports)")
    }

    @Test("finds a real difference of one half, in five rounds with three percent of noise")
    func power() {
        var random = SeededRandom(seed: 5)
        var found = 0
        for _ in 0..<200 {
            let pairs = (0..<5).map { _ in
                (
                    server: 1.5 * Double.random(in: 0.95...1.05, using: &random),
                    baseline: Double.random(in: 0.95...1.05, using: &random)
                )
            }
            let verdict = Verdict(
                .peak, JudgedFigure("peak", .processorTime), of: "b", against: "a", pairs: pairs, comparisons: 36)
            if verdict.word == .more, let low = verdict.low, let high = verdict.high, low < 1.5, high > 1.5 {
                found += 1
            }
        }
        #expect(found >= 190, "\(found) of 200")
    }
}
