// Servers that go wrong: each is caught, and named.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

@Suite("A faulty server", .blocking)
struct FaultTests {
    @Test("that sends a wrong byte is caught at that byte", arguments: [0, 5, 63, 64, 1_000, 700_000])
    func wrongByte(offset: Int) throws {
        let result = try LoadServer("WrongByte", offset).load {
            $0.depth = 2
            $0.sizes = .one(offset > 100_000 ? 4096 : 64)
            $0.durationSeconds = 20
        }
        let wrong = try #require(result.firstWrongByte)
        #expect(wrong.offset == UInt64(offset) && wrong.got == UInt8(ascii: "#") && wrong.part == "answer")
        #expect(wrong.expected.map { $0 != wrong.got } == true && (0..<8).contains(wrong.client))
        #expect(result.ledger[.wrongBytes] == 8 && result.ledger.tallies)
    }

    @Test("that sends too much is caught at the first extra byte")
    func tooMuch() throws {
        let result = try LoadServer("Chatty").load {
            $0.messages = 8; $0.durationSeconds = 10
        }
        #expect(result.ledger[.wrongBytes] > 0 && result.ledger.tallies)
        #expect(result.firstWrongByte?.expected == nil || result.firstWrongByte?.got == UInt8(ascii: "E"))
    }

    @Test(
        "is named by what became of its connections",
        arguments: [
            ("Reset", 500, Ledger.Fate.reset), ("ClosesHalfway", 500, .closedEarly), ("Silent", 0, .timedOut),
            ("ShortGreeting", 0, .closedEarly), ("WrongGreeting", 0, .wrongBytes), ("NeverAnswers", 0, .timedOut),
        ] as [(String, Int, Ledger.Fate)])
    func fates(name: String, number: Int, fate: Ledger.Fate) throws {
        let result = try LoadServer(name, number).load()
        #expect(result.ledger[fate] == 8, "\(result.ledger)")
        #expect(result.ledger.tallies)
    }

    @Test("that refuses half of its clients serves the others, and the ledger tallies")
    func half() throws {
        let result = try LoadServer("RefusesHalf").load { $0.clients = 20 }
        #expect(result.ledger[.refused] == 10 && result.ledger[.served] == 10)
        #expect(result.ledger.connected == 20 && result.ledger.greeted == 10 && result.ledger.answered == 10)
        #expect(result.ledger.tallies && result.messages > 0)
    }

    @Test("that does not exist refuses all of them, at once")
    func notThere() throws {
        var plan = LoadPlan()
        plan.durationSeconds = 100
        let begin = Instant.now
        let result = try #require(try LoadRun(plan, target: .loopback(port: 1)).run().first)
        #expect(result.ledger[.refused] == 100 && result.ledger.connected == 0 && result.validity.word == .invalid)
        #expect(.now - begin < .seconds(10))
    }
}
