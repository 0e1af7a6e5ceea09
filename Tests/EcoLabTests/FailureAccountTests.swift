// Why a run counts as a server's failure.
import Foundation
import Testing

@testable import EcoLab
@testable import EcoLoad

@Suite("An account of a failure")
struct FailureAccountTests {
    @Test("does not count what this machine could not do as a server's failure")
    func machineLimits() {
        var result = Samples.result()
        (result.ledger.fates, result.ledger.asked) = ([.served: 90, .outOfPorts: 10], 100)
        var plan = LoadPlan()
        plan.clients = 100
        #expect(result.failureAccount(of: plan) == nil)
        #expect(result.machineLimit == "this machine had no ports for 10 clients")
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { _, _, _ in Samples.result() }
        var limited = document
        for index in limited.trials.indices where limited.trials[index].entrant == "b" {
            limited.trials[index].steps[0] = .init(name: "", notMeasured: "no ports")
        }
        #expect(limited.failures("b", "peak", "").isEmpty && limited.knownFailure("b", "peak", "") == nil)
        #expect(Analysis(limited).tries("b", "peak", "") == 0 && !Analysis(limited).hasFailed("b", "peak"))
        // A server that gets messages and answers none for this long has failed; one that gets none has not.
        (result.ledger.fates, result.messages) = ([.served: 100], 0)
        #expect(result.failureAccount(of: plan)?.hasPrefix("no message was answered in the") == true)
        plan.rate = 2
        (result.plannedMessages, result.ledger.answered) = (0, 100)
        #expect(result.failureAccount(of: plan) == nil)
    }

    @Test("reports clients that got no answer to their goodbye, although that is not a failure")
    func goodbyes() throws {
        var lonely = Samples.result()
        (lonely.ledger.fates, lonely.ledger.asked) = ([.served: 60, .timedOut: 40], 100)
        var plan = LoadPlan()
        plan.clients = 100
        #expect(lonely.failureAccount(of: plan) == nil && lonely.withoutGoodbye(plan) == 40)
        lonely.ledger.answered = 70
        #expect(lonely.failureAccount(of: plan) == "30 of 100 clients were not served: 30 timed out")
        #expect(lonely.withoutGoodbye(plan) == 10)
        lonely.ledger.answered = 100
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { name, _, _ in
            name == "b" ? lonely : Samples.result()
        }
        #expect(
            try Samples.text("summary.md", document).contains(
                "b, peak: in 5 of 5 rounds clients that were answered got no answer to their goodbye, 40 at most"))
    }

    private static let accounts: [(fates: [Ledger.Fate: Int], unanswered: Int, account: String?)] = [
        ([.reset: 3], 0, "3 of 100 clients were not served: 3 reset"),
        ([.refused: 1, .closedEarly: 2], 0, "3 of 100 clients were not served: 1 refused, 2 closed early"),
        ([:], 7, "7 messages were never answered"), ([:], 0, nil),
    ]

    @Test("says in words why a run does not count", arguments: accounts)
    func failureAccounts(fates: [Ledger.Fate: Int], unanswered: Int, account: String?) {
        var result = Samples.result()
        result.ledger.fates = fates.merging([.served: 100 - fates.values.reduce(0, +)]) { first, _ in first }
        result.unanswered = unanswered
        var plan = LoadPlan()
        plan.clients = 100
        #expect(result.failureAccount(of: plan) == account)
        result.firstWrongByte = WrongByte(client: 4, offset: 9, expected: 65, got: 66, part: "answer")
        #expect(result.failureAccount(of: plan) == "wrong bytes: byte 9 of client 4's answer is 66 instead of 65")
    }

    @Test("counts a server that did not keep the rate as failed")
    func rateNotKept() throws {
        var result = Samples.result()
        #expect(result.failureAccount(of: LoadPlan()) == nil)
        let text = #"{"word":"FAILED","reasons":["the rate was not kept: x"],"findings":["rateNotKept"]}"#
        result.validity = try JSONDecoder().decode(Validity.self, from: Data(text.utf8))
        #expect(result.failureAccount(of: LoadPlan()) == "the rate was not kept: x")
    }
}
