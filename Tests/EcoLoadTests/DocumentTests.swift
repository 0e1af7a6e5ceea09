// Histograms and documents: what is added up, written and read.
import FoundationEssentials
import LinuxIO
import Testing

@testable import EcoLoad

@Suite("Histograms and documents")
struct DocumentTests {
    private static func times(_ values: [Int64]) -> Times {
        var times = Times()
        values.forEach { times.note($0) }
        return times
    }

    @Test("of two halves add up to the whole, in memory and through JSON")
    func merge() throws {
        let values = (0..<5_000).map { Int64($0) * 31_337 + 100 }
        let whole = Self.times(values)
        var halves = Self.times(values.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element))
        let other = Self.times(values.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element))
        let read = try JSONDecoder().decode(Times.self, from: try JSONEncoder().encode(other))
        halves.add(read)
        #expect(halves.count == whole.count)
        for percent in [0, 1, 50, 90, 99, 99.9, 99.99, 100] {
            #expect(halves.percentile(percent) == whole.percentile(percent))
        }
        #expect(read == other)
    }

    @Test("show times to three digits, and times above a hundred seconds as a hundred seconds")
    func precision() {
        for value: Int64 in [1_000, 54_321, 999_999, 123_456_789, 5_000_000_000] {
            let told = Double(Self.times([value]).percentile(50))
            #expect(abs(told - Double(value)) / Double(value) < 0.001 || abs(told - Double(value)) < 64)
        }
        #expect(Self.times([.max]).count == 1)
    }

    @Test("of two halves of a run are the run's, and of other runs are refused")
    func documents() throws {
        let server = try LoadServer([])
        func document(_ seed: UInt64) throws -> LoadDocument {
            var plan = LoadPlan()
            plan.clients = 4
            plan.durationSeconds = 0.1
            plan.warmupSeconds = 0
            plan.seed = seed
            return LoadDocument(
                version: "1", target: "x", plan: plan,
                runs: try LoadRun(plan, target: .loopback(port: server.port)).run())
        }
        let (left, right) = (try document(1), try document(2))
        var sum = left
        try sum.merge(right)
        #expect(sum.plan.clients == 8 && sum.mergedFrom == 2)
        #expect(sum.runs[0].messages == left.runs[0].messages + right.runs[0].messages)
        #expect(sum.runs[0].planned.count == left.runs[0].planned.count + right.runs[0].planned.count)
        #expect(sum.runs[0].planned.max == max(left.runs[0].planned.max, right.runs[0].planned.max))
        #expect(sum.runs[0].ledger.tallies && sum.runs[0].ledger.asked == 8 && sum.runs[0].fairness.clients == 8)
        let text = try sum.text
        let back = try JSONDecoder().decode(LoadDocument.self, from: Data(text.utf8))
        #expect(back.runs[0].planned == sum.runs[0].planned && back.plan == sum.plan && back.format == "eco-load")
        #expect(back.runs[0].ledger == sum.runs[0].ledger)

        #expect(throws: LoadDocument.MergeError.samePart) { try sum.merge(right) }
        var other = right
        other.plan.depth = 2
        #expect(throws: LoadDocument.MergeError.differentPlans("depth")) { try sum.merge(other) }
        other = right
        other.runs.append(right.runs[0])
        #expect(throws: LoadDocument.MergeError.differentRepeats(1, 2)) { try sum.merge(other) }
    }

    /// A document of one run that was made up.
    private static func document(_ number: Int, seconds: Double = 1, answered: Int = 1_000) -> LoadDocument {
        var run = RunResult.sample(answered: answered)
        (run.begin, run.seconds) = (Double(number), seconds)
        return LoadDocument(version: "1", target: "x", plan: LoadPlan(), runs: [run])
    }

    @Test("of windows of different lengths add up to the sum of the rates, in any order")
    func unequalWindows() throws {
        let parts = [
            Self.document(1, seconds: 10, answered: 10_000), Self.document(2, seconds: 5, answered: 20_000),
            Self.document(3, seconds: 2, answered: 200),
        ]
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            var sum = parts[order[0]]
            try sum.merge(parts[order[1]])
            try sum.merge(parts[order[2]])
            #expect(abs(sum.runs[0].rate - 5_100) < 1e-6 && sum.runs[0].messages == 30_200)
        }
        var nothing = Self.document(4, seconds: 3, answered: 0)
        try nothing.merge(Self.document(5, seconds: 7, answered: 0))
        #expect(nothing.runs[0].rate == 0 && nothing.runs[0].seconds == 7)
        var equal = Self.document(6)
        try equal.merge(Self.document(7))
        #expect(equal.runs[0].seconds == 1)
    }

    @Test("are added once, by themselves or in a sum, and sums of others may be added up again")
    func parts() throws {
        var left = Self.document(1)
        try left.merge(Self.document(2))
        var right = Self.document(3)
        try right.merge(Self.document(4))
        #expect(throws: LoadDocument.MergeError.samePart) { try left.merge(Self.document(1)) }
        #expect(throws: LoadDocument.MergeError.samePart) {
            var part = Self.document(2)
            try part.merge(left)
        }
        try left.merge(right)
        #expect(left.mergedFrom == 4 && left.parts.map(Set.init)?.count == 4 && left.runs[0].messages == 4_000)
        #expect(throws: LoadDocument.MergeError.samePart) { try left.merge(right) }
        var old = Self.document(9)
        old.mergedFrom = 2
        #expect(throws: LoadDocument.MergeError.unknownParts) { try left.merge(old) }
        // What belongs to a single part is not in the sum.
        var judged = Self.document(10)
        (judged.objective, judged.missed) = ("p99<5ms", ["p99<5ms: 6.00 ms"])
        judged.search = .init(rate: 5, steps: [], isGeneratorsLimit: false)
        try judged.merge(Self.document(11))
        #expect(judged.objective == nil && judged.missed == nil && judged.search == nil)
    }

    @Test("of a run without answers have no times, in any format")
    func nothing() throws {
        let document = Self.document(1, answered: 0)
        var one = document
        one.runs[0].series = [SecondSample(second: 0)]
        #expect(one.series.split(separator: "\n")[1] == "1,0,0,,,,0,0")
        #expect(try document.text.contains(#""p50":null"#))
        let read = try JSONDecoder().decode(LoadDocument.self, from: Data(document.text.utf8))
        #expect(read.runs[0].planned.count == 0)
        let other = Self.document(2)
        let figures = Comparison(document, other).lines.map(\.name)
        #expect(!figures.contains("p99") && !figures.contains("mean") && figures.contains("messages per second"))
        #expect(LoadTable(document.plan).text(document.runs[0].judged()).contains("INVALID  0 messages per second"))
    }
}
