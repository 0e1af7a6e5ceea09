// Which runs a report takes its figures and verdicts from.
import Foundation
import Testing

@testable import EcoLab
@testable import EcoLoad
@testable import ServerHarness

@Suite("A report's figures")
struct ReportFigureTests {
    @Test("leaves out a rate that is the generator's limit, and figures of invalid runs")
    func validity() {
        #expect(Figure.rate.value(of: Samples.result(worth: .lowerBound)) == nil)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .lowerBound)) == 10)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .invalid)) == nil)
        #expect(Figure.p99.value(of: Samples.result(worth: .invalid)) == nil)
    }

    @Test("of a server that failed some rounds has no verdict, and says in how many it did")
    func someFailures() throws {
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { name, _, round in
            name == "b" && round < 3 ? nil : Samples.result(microseconds: name == "b" ? 30 : 10)
        }
        #expect(document.verdicts.map(\.word) == [.missing])
        for text in [try Samples.text("summary.md", document), ClassTable([("x", document), ("y", document)]).text] {
            #expect(text.contains("30.0 us") && text.contains("fails in 2 of 5"))
        }
        let summary = try Samples.text("summary.md", document)
        #expect(summary.contains("| b | 30.0 us (fails in 2 of 5) |"))
        #expect(summary.contains("b fails in 2 of 5 rounds: no verdict."))
    }

    @Test("of a server that broke at a smaller step of the sweep in some rounds has no verdict at the larger")
    func earlierFailures() {
        var document = Samples.document(["a", "b"], scenarios: [.clients]) { name, _, _ in
            Samples.result(microseconds: name == "b" ? 30 : 10)
        }
        #expect(Analysis(document).verdicts.map(\.word) == [.more])
        for index in document.trials.indices where document.trials[index].entrant == "b" {
            guard document.trials[index].round < 3 else { continue }
            document.trials[index].steps = [.init(name: document.trials[index].steps[0].name, failure: "it fell over")]
        }
        let judged = Scenario.clients.judged[0]
        #expect(Analysis(document).verdicts.map(\.word) == [.missing])
        #expect(Analysis(document).failureNote("b", judged) == "fails in 2 of 5")
    }

    @Test(
        "draws no verdict from processor time that is unknown, if only in one round, and says that it is",
        arguments: ["a", "b"])
    func unknownTime(unknown: String) throws {
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { name, _, round in
            var result = Samples.result(microseconds: name == "b" ? 30 : 10)
            guard name == unknown, round == 2 else { return result }
            result.server?.processorSeconds = nil
            result.server?.processorShare = nil
            result.server?.idleShare = nil
            return result
        }
        #expect(document.verdicts.map(\.word) == [.missing])
        let summary = try Samples.text("summary.md", document)
        #expect(summary.contains("The processor time of \(unknown) is unknown: no verdict."), "\(summary)")
        let other = unknown == "a" ? "30.0 us" : "10.0 us"
        for text in [
            summary, ClassTable([("x", document), ("y", document)]).text, try Samples.text("index.html", document),
        ] {
            #expect(text.contains("unknown") && text.contains(other))
            #expect(!text.contains(unknown == "a" ? "10.0 us" : "30.0 us"))
        }
        let lines = try Samples.text("results.csv", document).split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let cost = try #require(lines[0].firstIndex(of: "server_cpu_us_per_message"))
        #expect(lines.count { $0[2] == unknown && $0[cost].isEmpty } == 1)
        let back = try JSONDecoder().decode(ComparisonDocument.self, from: Data(document.text.utf8))
        #expect(try back.verdicts == document.verdicts && back.text == document.text)
    }

    @Test("has no percentile without values")
    func nothing() throws {
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { _, _, _ in
            var result = Samples.result()
            (result.planned, result.actual, result.messages) = (Times(), Times(), 0)
            return result
        }
        let lines = try Samples.text("results.csv", document).split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let columns = lines[0].indices.filter { lines[0][$0].hasSuffix("_ns") }
        #expect(columns.count == 7 && lines.dropFirst().allSatisfy { line in columns.allSatisfy { line[$0].isEmpty } })
    }

    @Test("compares no server only in those rounds that its size or the generator's limit has left")
    func leftOver() throws {
        let small = Samples.document(["a", "b"], scenarios: [.idle]) { name, _, round in
            Samples.result(bytesPerClient: name == "b" && round < 4 ? 2 : 32)
        }
        let bound = Samples.document(["a", "b"], scenarios: [.blockingWork]) { name, _, round in
            Samples.result(worth: name == "b" && round < 3 ? .lowerBound : .valid)
        }
        for document in [small, bound] { #expect(document.verdicts.allSatisfy { $0.word == .missing }) }
        #expect(!bound.verdicts.isEmpty)
        let summary = try Samples.text("summary.md", small)
        #expect(summary.contains("b cannot be compared with a in every round: no verdict."))
    }

    @Test("leaves INVALID runs out of every figure, and says so")
    func invalidRuns() throws {
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { name, _, round in
            Samples.result(
                microseconds: name == "b" && round == 3 ? 900 : 10, worth: name == "b" && round == 3 ? .invalid : .valid
            )
        }
        let analysis = Analysis(document)
        #expect(analysis.runs("b", "peak").map(\.round) == [1, 2, 4, 5])
        #expect(analysis.times("b", "peak") { $0.clientLatency }.count == 4000)
        #expect(analysis.validity("b", "peak")?.word == .invalid)
        #expect(document.verdicts.first?.word == .same)
        #expect(try Samples.text("index.html", document).contains("1 run is INVALID"))
    }

    @Test("has no figure for memory that could not be read")
    func unreadable() {
        var result = Samples.result()
        #expect(Figure.memory.value(of: result) != nil)
        result.server?.after?.residentBytes = 0
        #expect(Figure.memory.value(of: result) == nil)
    }

    @Test(
        "measures client latency from the planned moment if messages waited for a client, and otherwise from the actual one"
    )
    func clientLatency() {
        var result = Samples.result(nanoseconds: 500_000)
        var actual = Times()
        actual.note(100_000, count: 1000)
        result.actual = actual
        #expect(result.clientLatency.percentile(50) < 200_000)
        result.waited = 2
        #expect(result.clientLatency.percentile(50) > 400_000)
        (result.waited, result.actual) = (0, Times())
        #expect(result.clientLatency.count == 1000, "a closed loop has one clock")
    }

    @Test("compares no memory that cannot be distinguished from nothing")
    func grain() {
        let document = Samples.document(["a", "b", "c"], scenarios: [.idle]) { name, _, _ in
            Samples.result(bytesPerClient: name == "c" ? 2 : 32)
        }
        let verdicts = Dictionary(uniqueKeysWithValues: document.verdicts.map { ($0.entrant, $0.word) })
        #expect(verdicts == ["b": .same, "c": .missing])
        #expect(Figure.memory.text(8) == "under 8.00 B")
    }

    @Test(
        "says how steady the machine was",
        arguments: [(0.0, "was steady"), (0.05, "was fairly steady"), (0.2, "was not steady")])
    func steadiness(spread: Double, words: String) {
        let probes = (0..<100).map { 5 * (1 + spread * (Double($0) / 99 - 0.5) * 2) }
        let steadiness = Steadiness(probes, stolenShare: spread)
        #expect(steadiness.sentence.hasPrefix("the machine \(words)"), "\(steadiness.sentence)")
        #expect(steadiness.sentence.contains("other guests") == (spread > 0.001))
    }
}
