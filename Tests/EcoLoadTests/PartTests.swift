// The parts of a load: streams, queues, schedules, judgements, documents.
import EcoProtocol
import FoundationEssentials
import LinuxIO
import ServerHarness
import Testing

@testable import EcoLoad

@Suite("The streams of clients")
struct TapeTests {
    private static func bytes(_ tape: Tape) -> (texts: [UInt8], answers: [UInt8]) {
        unsafe (
            Array(UnsafeBufferPointer(start: tape.texts, count: tape.count + tape.overlap)),
            Array(UnsafeBufferPointer(start: tape.answers, count: tape.count + tape.overlap))
        )
    }

    private static func plan(_ language: LoadPlan.Language = .portuguese, seed: UInt64 = 1) -> LoadPlan {
        var plan = LoadPlan()
        plan.language = language
        plan.seed = seed
        plan.sizes = SizeMix([
            .init(bytes: 64, weight: 80), .init(bytes: 1024, weight: 15), .init(bytes: 16_384, weight: 5),
        ])
        return plan
    }

    @Test("repeat with the same seed, and differ with another")
    func seeds() {
        let one = Self.bytes(Tape(Self.plan(), overlap: 1000))
        #expect(one.texts == Self.bytes(Tape(Self.plan(), overlap: 1000)).texts)
        #expect(one.texts != Self.bytes(Tape(Self.plan(seed: 2), overlap: 1000)).texts)
    }

    @Test("are answered by the protocol as they expect", arguments: [LoadPlan.Language.ascii, .portuguese])
    func answers(language: LoadPlan.Language) {
        let tape = Tape(Self.plan(language), overlap: 1000)
        let (texts, answers) = Self.bytes(tape)
        let upper = String(decoding: texts[..<tape.count], as: UTF8.self).unicodeScalars.map(
            \.properties.uppercaseMapping
        ).joined()
        #expect(Array(upper.utf8) == Array(answers[..<tape.count]))
        #expect(
            texts[tape.count...].elementsEqual(texts[..<1000]) && answers[tape.count...].elementsEqual(answers[..<1000])
        )
    }

    @Test("never say goodbye, wherever they are cut", arguments: [LoadPlan.Language.ascii, .portuguese])
    func noGoodbye(language: LoadPlan.Language) {
        let tape = Tape(Self.plan(language), overlap: 1000)
        let text = Self.bytes(tape).texts
        let goodbye = Array("tchau".utf8)
        #expect(!text.indices.dropLast(5).contains { text[$0..<$0 + 5].elementsEqual(goodbye) })
    }

    @Test("have the sizes of the mix, in its proportions, and a newline at each message's end")
    func sizes() {
        let tape = Tape(Self.plan(), overlap: 1000)
        let sizes = tape.ends.indices.map(tape.size)
        #expect(Set(sizes) == [64, 1024, 16_384])
        let share = Double(sizes.count { $0 == 64 }) / Double(sizes.count)
        #expect(abs(share - 0.8) < 0.02)
        #expect(tape.ends.allSatisfy { unsafe tape.texts[Int($0) - 1] == 0x0A })
        #expect(Set((0..<50).map(tape.start)).count > 40, "clients read the same text at the same time")
    }
}

@Suite("Messages in flight, and when they are due")
struct QueueTests {
    @Test("are answered in the order in which they were sent, each client's in its own queue")
    func queues() {
        var queue = MessageQueue()
        var ends = [MessageQueue.Ends](repeating: .init(), count: 3)
        for moment in 0..<300 { queue.append(.init(planned: Int64(moment), sent: 0), to: &ends[moment % 3]) }
        #expect(queue.count == 300 && queue.oldest(ends[1])?.planned == 1)
        for moment in 0..<300 { #expect(queue.popFirst(&ends[moment % 3]).planned == Int64(moment)) }
        #expect(queue.count == 0 && ends.allSatisfy(\.isEmpty))
        queue.append(.init(planned: 7, sent: 8), to: &ends[0])
        #expect(queue.popFirst(&ends[0]).sent == 8)
    }

    @Test("are due evenly, without an error that adds up")
    func uniform() {
        var schedule = Schedule(rate: 30_000, arrivals: .uniform, start: 1_000, seed: 1)
        for _ in 0..<3_000_000 { schedule.advance() }
        #expect(schedule.next == 1_000 + 100_000_000_000)
    }

    @Test(
        "are due at random, as a Poisson process is: its gaps have the mean and the spread of an exponential distribution"
    )
    func poisson() {
        var schedule = Schedule(rate: 1_000, arrivals: .poisson, start: 0, seed: 3)
        var gaps: [Double] = []
        var last: Int64 = 0
        for _ in 0..<100_000 {
            gaps.append(Double(schedule.next - last) / 1e6)
            last = schedule.next
            schedule.advance()
        }
        let mean = gaps.reduce(0, +) / 1e5
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
        // Both are 1; their standard errors here are 0.003 and 0.009.
        #expect(abs(mean - 1) < 0.02 && abs(variance - 1) < 0.06)
        var again = Schedule(rate: 1_000, arrivals: .poisson, start: 0, seed: 3)
        for _ in 0..<100_000 { again.advance() }
        #expect(again.next == schedule.next)
    }
}

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
