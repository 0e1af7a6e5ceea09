// What is concluded from figures.
import Testing

@testable import EcoLoad

@Suite("Judgements")
struct JudgementTests {
    @Test("of fairness: Jain's index is 1 for equal shares, and 1/n if one client has everything")
    func fairness() {
        var equal = Fairness()
        for _ in 0..<4 { equal.count(10, hasBeenAnswered: true) }
        #expect(equal.index == 1 && equal.least == 10 && equal.most == 10)
        var unfair = Fairness()
        unfair.count(100, hasBeenAnswered: true)
        for _ in 0..<3 { unfair.count(0, hasBeenAnswered: false) }
        #expect(unfair.index == 0.25 && unfair.neverAnswered == 3 && unfair.least == 0)
        equal += unfair
        #expect(equal.clients == 8 && equal.least == 0 && equal.most == 100)
    }

    @Test(
        "objectives are read as they are written, and nothing else is",
        arguments: [
            ("p99<2ms", true), ("p99.9<=500us,errors=0", true), ("max<1s", true), ("rate>=1000", true),
            ("mean<10ns", true),
            ("", false), ("p99", false), ("p99<2", false), ("p0<2ms", false), ("p101<2ms", false), ("p99<-2ms", false),
            ("errors=0,", false), ("speed>1", false), ("p99<<2ms", false), ("p99<nanms", false),
        ])
    func objectives(text: String, isGood: Bool) { #expect((Objective(text) != nil) == isGood) }

    @Test("two sets of runs differ only if that is more than chance")
    func comparison() throws {
        func document(_ rates: [Int]) throws -> LoadDocument {
            let server = try LoadServer([])
            let run = try server.load()
            var document = LoadDocument(version: "1", target: "x", plan: LoadPlan(), runs: [])
            document.runs = rates.map { rate in
                var copy = run
                copy.messages = rate
                copy.seconds = 1
                return copy
            }
            return document
        }
        let base = try document([100, 102, 98, 101, 99])
        func verdict(_ rates: [Int]) throws -> Comparison.Verdict {
            try #require(Comparison(base, try document(rates)).lines.first { $0.name == "messages per second" }).verdict
        }
        #expect(try verdict([200, 202, 198, 201, 199]) == .better)
        #expect(try verdict([50, 51, 49]) == .worse)
        #expect(try verdict([101, 97, 103, 99, 100]) == .noDifference)
        #expect(try verdict([1_000]) == .cannotJudge)
        #expect(!Comparison(base, try document([1])).canJudge)
    }
}
