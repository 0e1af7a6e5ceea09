// The search for a rate, on servers that are made up.
import ServerHarness
import Testing

@testable import EcoLoad

@Suite("The search for a rate")
struct RateSearchTests {
    /// A server that answers this many messages per second in a millisecond each, and no more.
    private final class Server {
        let capacity: Double
        /// What the next runs come to instead.
        var oddities: [(inout RunResult) -> Void] = []
        private(set) var rates: [Double] = []

        init(_ capacity: Double) { self.capacity = capacity }

        func run(_ rate: Double) -> RunResult {
            rates.append(rate)
            var plan = LoadPlan()
            plan.rate = rate
            var result = RunResult.sample(
                answered: Int(rate), nanoseconds: rate <= capacity ? 1_000_000 : 900_000_000)
            if !oddities.isEmpty { oddities.removeFirst()(&result) }
            return result.judged(plan)
        }
    }

    private static func search(
        _ server: Server, _ text: String = "p99<5ms", until most: Int = .max
    ) throws -> RateSearch.Answer {
        let objective = try #require(Objective(text))
        return RateSearch(objective).search(
            onStep: { _ in },
            attempt: { rate, _ in server.rates.count < most ? server.run(rate) : nil })
    }

    private static func invalid(_ result: inout RunResult) { result.clockDrift = 1 }

    private static func dead(_ result: inout RunResult) {
        result = .sample(answered: 0)
        result.ledger = Ledger()
        result.ledger.asked = 100
        result.ledger.fates = [.refused: 100]
    }

    @Test("finds what a server can do, to a twentieth", arguments: [100.0, 129, 1_000, 50_000])
    func finds(capacity: Double) throws {
        let answer = try Self.search(Server(capacity))
        let rate = try #require(answer.rate)
        #expect(rate <= capacity && rate >= capacity * 0.95 - 1, "\(rate)")
        #expect(answer.validity?.word == .valid && answer.exitStatus == 0 && !answer.isGeneratorsLimit)
        #expect(answer.steps.last?.isConfirmation == true && answer.steps.last?.attempts == 1)
    }

    @Test("repeats INVALID runs: a hiccup of the generator is not a limit of the server", arguments: [1, 2])
    func hiccup(attempts: Int) throws {
        let server = Server(50_000)
        // At 200 per second, where the truth is 50,000.
        server.oddities = [{ _ in }] + [(inout RunResult) -> Void](repeating: Self.invalid, count: attempts)
        let answer = try Self.search(server)
        #expect(try #require(answer.rate) > 47_000 && answer.validity?.word == .valid)
        #expect(answer.steps[1].rate == 200 && answer.steps[1].isKept && answer.steps[1].attempts == attempts + 1)
    }

    @Test("that is bounded by INVALID runs has a lower bound as its answer")
    func lowerBound() throws {
        let server = Server(50_000)
        server.oddities = [{ _ in }, { _ in }] + [(inout RunResult) -> Void](repeating: Self.invalid, count: 3)
        let answer = try Self.search(server)
        let rate = try #require(answer.rate)
        #expect((380...400).contains(rate) && answer.isGeneratorsLimit, "\(rate)")
        #expect(answer.validity?.word == .lowerBound && answer.exitStatus == 0)
        #expect(answer.steps[2].word == .invalid && !answer.steps[2].isKept && answer.steps[2].attempts == 3)
    }

    @Test("of nothing but INVALID runs ends soon, without an answer: its figures are INVALID")
    func neverValid() throws {
        let server = Server(50_000)
        server.oddities = [(inout RunResult) -> Void](repeating: Self.invalid, count: 1_000)
        let answer = try Self.search(server)
        #expect(answer.rate == nil && answer.exitStatus == 70 && server.rates == [100, 100, 100])
        #expect(answer.validity?.word == .invalid)
    }

    @Test("says so if not even the lowest rate keeps the objective")
    func notEven() throws {
        let answer = try Self.search(Server(5))
        #expect(answer.rate == nil && answer.exitStatus == 1 && answer.steps.count == 1)
    }

    @Test("ends with the death of the server, at once, whether it was ever there or not", arguments: [0, 3])
    func death(steps: Int) throws {
        let server = Server(50_000)
        server.oddities = [(inout RunResult) -> Void](repeating: { _ in }, count: steps) + [Self.dead]
        let answer = try Self.search(server)
        #expect(answer.rate == nil && server.rates.count == steps + 1 && answer.steps.count == steps + 1)
        #expect(answer.exitStatus == (steps == 0 ? 69 : 74) && answer.validity?.has(.ended) == (steps > 0))
        #expect(answer.highestKept == (steps == 0 ? nil : 400))
    }

    @Test("that is ended early keeps its steps")
    func interrupted() throws {
        let answer = try Self.search(Server(50_000), until: 4)
        #expect(answer.rate == nil && answer.exitStatus == 130 && answer.steps.map(\.rate) == [100, 200, 400, 800])
        #expect(answer.highestKept == 800 && answer.validity?.has(.unfinished) == true)
    }

    @Test("never takes a rate for kept that was not, whatever the objective says")
    func rateNotKept() throws {
        let server = Server(.infinity)
        server.oddities =
            [{ _ in }, { _ in }]
            + [(inout RunResult) -> Void](
                repeating: { result in
                    (result.messages, result.waitedAtEnd) = (result.messages / 2, result.messages / 2)
                }, count: 3)
        let answer = try Self.search(server, "p99<10s")
        #expect(answer.steps[2].rate == 400 && !answer.steps[2].isKept)
        #expect(answer.steps[2].account.contains("the rate was not kept"))
        #expect(try #require(answer.rate) < 400)
    }

    @Test("does not accept a run without measurements as an answer (pitfall 31)")
    func nothing() throws {
        let server = Server(.infinity)
        server.oddities = [(inout RunResult) -> Void](
            repeating: { result in
                result = .sample(answered: 0)
                result.unanswered = 100
            }, count: 1_000)
        let answer = try Self.search(server, "p99<100ms")
        #expect(answer.rate == nil && answer.exitStatus == 1 && answer.steps.count == 1)
    }

    @Test("goes down in growing steps when short runs were luckier than the long one, and ends")
    func luck() throws {
        let server = Server(50_000)
        let objective = try #require(Objective("p99<5ms"))
        let answer = RateSearch(objective).search(
            onStep: { _ in },
            attempt: { rate, isConfirmation in
                var result = server.run(isConfirmation ? 1_000_000 : rate)
                if isConfirmation, rate < 1_000 { result = server.run(rate) }
                return result
            })
        #expect(try #require(answer.rate) < 1_000)
        #expect(answer.steps.count { $0.isConfirmation } < 15)
    }
}
