// What keeps an objective, and what never does (pitfall 31).
import FoundationEssentials
import LinuxIO
import ServerHarness
import TestSupport
import Testing

@testable import EcoLoad

@Suite("An objective", .blocking)
struct ObjectiveTests {
    static let all = ["p50<10s", "p99<10s", "mean<10s", "max<10s", "errors=0", "errors<1000", "rate>=0"]

    private static func judge(_ text: String, _ result: RunResult) throws -> Objective.Outcome {
        try #require(Objective(text)).judge(result)
    }

    @Test("is not kept if nothing was measured, whatever it requires", arguments: all)
    func pitfall31(text: String) throws {
        let nothing = RunResult.sample(answered: 0)
        #expect(try Self.judge(text, nothing) != .kept)
        #expect(try Self.judge(text, nothing.judged()) != .kept)
        #expect(try Self.judge(text, RunResult.sample().judged()) == .kept)
    }

    @Test(
        "allows as many messages without an answer as it says nothing of, and no more",
        arguments: [
            ("p99<2ms", 0, true), ("p99<2ms", 10, true), ("p99<2ms", 11, false), ("p50<2ms", 500, true),
            ("p50<2ms", 501, false), ("p100<2ms", 1, false), ("mean<2ms", 1, false), ("max<2ms", 1, false),
            ("max<2ms", 0, true), ("rate>900", 1, true), ("errors<2", 1, true), ("errors=0", 1, false),
        ])
    func unanswered(text: String, unanswered: Int, isKept: Bool) throws {
        var result = RunResult.sample(answered: 1_000 - unanswered)
        result.unanswered = unanswered
        #expect(try (Self.judge(text, result.judged()) == .kept) == isKept, "\(result.unansweredShare)")
    }

    @Test("counts what was not answered among the slowest")
    func percentiles() throws {
        var result = RunResult.sample(answered: 980)
        result.planned.note(5_000_000, count: 12)
        result.unanswered = 8
        // Of 1000 messages 20 took longer than 2 ms or for ever.
        #expect(try Self.judge("p98<2ms", result.judged()) == .kept)
        #expect(try Self.judge("p98.5<2ms", result.judged()) != .kept)
        #expect(try Self.judge("p99<6ms", result.judged()) == .kept)
    }

    @Test("is not kept if that many connections went wrong", arguments: [(1, true), (2, false), (100, false)])
    func connections(broken: Int, isKept: Bool) throws {
        var result = RunResult.sample()
        result.ledger.fates = [.served: 100 - broken, .reset: broken]
        #expect(try (Self.judge("p99<10s", result.judged()) == .kept) == isKept)
        #expect(try (Self.judge("rate>=0", result.judged()) == .kept) == (broken < 100))
    }

    @Test("is not decided by an INVALID run, and kept by one that is a LOWER BOUND", arguments: all)
    func words(text: String) throws {
        var result = RunResult.sample()
        result.clockDrift = 0.5
        guard case .undecided(let misses) = try Self.judge(text, result.judged()) else {
            Issue.record("an INVALID run decides \(text)")
            return
        }
        #expect(misses.map(\.text) == ["\(text): INVALID"])
        result.clockDrift = 0
        result.generator.processorShare = 1
        #expect(result.judged().validity.word == .lowerBound)
        #expect(try Self.judge(text, result.judged()) == .kept)
    }

    /// How a load is put on a server.
    enum Way: CaseIterable {
        case closed, open, hold, churn

        func apply(to plan: inout LoadPlan) {
            switch self {
            case .closed: break
            case .open: plan.rate = 200
            case .hold: plan.mode = .hold
            case .churn: plan.mode = .churn
            }
        }
    }

    @Test(
        "is missed on a server that answers nobody, however it is asked",
        arguments: [("NeverAnswers", 0), ("Silent", 0), ("RefusesAll", 0), ("Reset", 0), ("ShortGreeting", 0)],
        Way.allCases)
    func nobody(server: (name: String, number: Int), way: Way) throws {
        let result = try LoadServer(server.name, server.number).load { way.apply(to: &$0) }
        // A goodbye is not a text: some servers that answer no text still answer it.
        if way == .churn, ["NeverAnswers", "Reset"].contains(server.name), result.planned.count > 0 { return }
        #expect(result.planned.count == 0 && result.validity.word == .invalid, "\(result.validity.reasons)")
        #expect(result.validity.exitStatus != 0)
        for text in Self.all { #expect(try Self.judge(text, result) != .kept, "\(text)") }
    }

    @Test("is missed on a server that dies, however fast it was until then", arguments: [Way.closed, .open])
    func dying(way: Way) throws {
        let result = try LoadServer("Dies", 40).load {
            way.apply(to: &$0)
            $0.durationSeconds = 1
        }
        #expect(result.planned.count > 0 && result.validity.has(.ended), "\(result.validity.reasons)")
        // A busy machine may have held up the generator too, which makes its figures INVALID; the server has FAILED all the same.
        let ofServer = Validity(result.validity.entries.filter { $0.finding.word != .invalid })
        #expect(ofServer.word == .failed && result.validity.exitStatus != 0, "\(result.validity.reasons)")
        for text in Self.all where text != "errors<1000" { #expect(try Self.judge(text, result) != .kept, "\(text)") }
    }

    @Test("is missed if messages planned in the window are never answered, even if older ones are")
    func overload() throws {
        let result = try LoadServer(["--model", "sequential", "--simulate", "sleep:1ms"]).load {
            $0.clients = 1
            $0.rate = 10_000
            $0.warmupSeconds = 1
            $0.durationSeconds = 0.3
        }
        #expect(result.unanswered > result.planned.count)
        for text in ["p50<5ms", "p99<10s"] { #expect(try Self.judge(text, result) != .kept, "\(text)") }
        #expect(result.validity.exitStatus != 0)
    }

    @Test("is not kept by a run that was ended in its warm-up")
    func warmup() throws {
        let result = try LoadServer([]).loadEndedInWarmup()
        #expect(result.isInterrupted && result.validity.has(.nothingMeasured) && result.validity.exitStatus == 70)
        for text in Self.all { #expect(try Self.judge(text, result) != .kept, "\(text)") }
    }
}

@Suite("What a run is worth", .blocking)
struct ValidityTests {
    @Test("the word, the exit status and the objective agree", arguments: Finding.allCases)
    func agreement(finding: Finding) throws {
        let validity = Validity([.init(finding: finding, reason: "x")])
        #expect((finding.exitStatus == 0) == [.valid, .lowerBound].contains(validity.word))
        #expect(validity.word == finding.word && validity.exitStatus == finding.exitStatus && validity.has(finding))
        #expect(!finding.isLeftToObjective || finding.word != .invalid)
        // Where it decides in an objective's place, the objective does not say otherwise.
        var result = RunResult.sample()
        result.validity = validity
        if validity.word == .invalid {
            #expect(try #require(Objective("p99<10s")).judge(result) != .kept)
        }
    }

    @Test(
        "leaves to an objective how many went wrong, and nothing else",
        arguments: [
            (Finding.broken, true), (.refused, true), (.timedOut, true), (.unanswered, true), (.generatorLimit, true),
            (.ended, false), (.rateNotKept, false), (.wrongBytes, false), (.mute, false), (.lateSending, false),
        ])
    func objectives(finding: Finding, isLeft: Bool) { #expect(finding.isLeftToObjective == isLeft) }

    @Test("is in the first line too: a rate that was not kept is not \"no error\"")
    func heading() {
        var result = RunResult.sample()
        var plan = LoadPlan()
        plan.rate = 2_000
        (result.plannedMessages, result.waitedAtEnd) = (2_000, 900)
        let judged = result.judged(plan)
        #expect(judged.validity.entries.map(\.finding) == [.rateNotKept])
        let text = LoadTable(plan).text(judged)
        #expect(text.hasPrefix("FAILED  1,000 messages per second, the rate was not kept\n"), "\(text.prefix(80))")
        #expect(!text.contains("no error"))
    }

    @Test("is that of the worst finding, and the exit status that of the most important one")
    func order() {
        let validity = Validity([
            .init(finding: .generatorLimit, reason: "a"), .init(finding: .nothingMeasured, reason: "b"),
            .init(finding: .timedOut, reason: "c"),
        ])
        #expect(validity.word == .invalid && validity.exitStatus == 75 && validity.reasons == ["c", "b", "a"])
        #expect(Validity([]).word == .valid && Validity([]).exitStatus == 0)
        #expect(validity.wordOfFigures == .invalid)
        let failed = Validity([.init(finding: .timedOut, reason: "c"), .init(finding: .generatorLimit, reason: "a")])
        #expect(failed.word == .failed && failed.wordOfFigures == .lowerBound)
    }

    @Test("comes back from JSON, from older documents as well, and is refused where its parts disagree")
    func documents() throws {
        let validity = Validity([.init(finding: .broken, reason: "a"), .init(finding: .missedTicks, reason: "b")])
        let back = try JSONDecoder().decode(Validity.self, from: try JSONEncoder().encode(validity))
        #expect(back == validity)
        func read(_ text: String) throws -> Validity { try JSONDecoder().decode(Validity.self, from: Data(text.utf8)) }
        for word in Validity.Word.allCases {
            let old = try read(#"{"word":"\#(word.rawValue)","reasons":\#(word == .valid ? "[]" : #"["x"]"#)}"#)
            #expect(old.word == word && old.reasons == (word == .valid ? [] : ["x"]))
        }
        #expect(throws: DecodingError.self) {
            try read(#"{"word":"VALID","reasons":["x"],"findings":["broken"]}"#)
        }
        #expect(throws: DecodingError.self) { try read(#"{"word":"FAILED","reasons":[],"findings":["broken"]}"#) }
    }

    @Test(
        "agrees with the ledger: a word of success never stands over a connection or a message that went wrong",
        arguments: Ledger.Fate.allCases)
    func ledger(fate: Ledger.Fate) {
        var result = RunResult.sample()
        result.ledger.fates = [.served: 60]
        result.ledger.fates[fate, default: 0] += 40
        let isFault = fate != .served && fate != .givenUp
        #expect((result.ledger.errors > 0) == isFault)
        #expect([.valid, .lowerBound].contains(result.judged().validity.word) == !isFault)
        #expect((result.judged().validity.exitStatus == 0) == !isFault)
        result = RunResult.sample()
        result.unanswered = 1
        #expect(result.judged().validity.word == .failed && result.judged().validity.exitStatus == 75)
    }
}
