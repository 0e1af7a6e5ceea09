// The report's files, made of figures that are known.
import EcoCheck
import Foundation
import LinuxIO
import Support
import Testing

@testable import EcoLab
@testable import EcoLoad
@testable import ServerHarness

@Suite("A report")
struct ReportTests {
    /// `b` costs half as much again as `a`; `c` fails everything but churn.
    static let document = Samples.document(["a", "b", "c"]) { name, setting, round in
        guard name != "c" || setting == "churn" else { return nil }
        let noise = 1 + Double(round) / 1000
        return Samples.result(
            microseconds: (name == "b" ? 15 : 10) * noise, bytesPerClient: name == "b" ? 9000 : 32)
    }

    static func text(_ file: String, _ document: ComparisonDocument = document, gnuplot: String = "gnuplot") throws
        -> String
    {
        let report = Report(document)
        let files = try report.data() + report.pages(gnuplot: gnuplot)
        return try #require(files.first { $0.name == file }?.text)
    }

    @Test("says what differs, by how much, and what does not")
    func sentences() throws {
        for file in ["index.html", "summary.md"] {
            let text = try Self.text(file)
            #expect(text.contains("b costs 1.49 to 1.51 times the CPU of a: 15.0 us against 10.0 us."), "\(file)")
            #expect(text.contains("b takes 280 to 283 times the memory per client of a"), "\(file)")
            #expect(text.contains("no difference that matters"), "\(file)")
            #expect(text.contains("c fails peak in 5 of 5 tries: it "), "\(file)")
        }
    }

    @Test("shows text from people and servers as text, never as markup")
    func escaping() throws {
        var document = Self.document
        document.gates[2].reason = "it said: <script>alert('x')</script> | \u{1B}[31m"
        document.gates[2].isAdmitted = false
        document.notices = ["<img src=x onerror=alert(1)> `code` *bold*"]
        let page = try Self.text("index.html", document)
        #expect(!page.contains("<script") && !page.contains("<img src=x") && !page.contains("\u{1B}"))
        #expect(page.contains("&lt;script&gt;alert('x')"))
        #expect(
            try Self.text("summary.md", document).contains("\\<img src=x onerror=alert(1)\\> \\`code\\` \\*bold\\*"))
    }

    @Test("has no terminal commands in any of its files, nor in a class's table")
    func controls() throws {
        let evil = "\u{1B}[2J\u{9B}31m\u{202E}"
        var document = Self.document
        document.eco = evil
        document.compiler = evil
        document.machine.processor = evil
        document.machine.kernel = evil
        document.notices = [evil]
        document.gates[2].reason = evil
        document.gates[2].isAdmitted = false
        document.gates[1].findings = [.init(id: evil, level: evil, title: evil, why: evil)]
        document.trials[2].failure = evil
        for index in document.verdicts.indices { document.verdicts[index].sentence = evil }
        try Self.expectPlain(document, evil)
    }

    private static func expectPlain(_ document: ComparisonDocument, _ name: String, _ changed: String = "") throws {
        let report = Report(document)
        let texts = try (report.data() + report.pages(gnuplot: "/no/gnuplot")).map(\.text)
        for text in texts + [ClassTable([(name, document), ("b", document)]).text] {
            let command = text.unicodeScalars.first { $0.commandsTerminals && !"\r\n".unicodeScalars.contains($0) }
            #expect(command == nil, "\(changed): \(text.prefix(400))")
        }
    }

    @Test("has no terminal commands, whichever of its texts was changed")
    func changedTexts() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var document = Samples.document(["a", "b"], rounds: 1, scenarios: [.peak]) { _, _, _ in Samples.result() }
        document.notices = ["a notice"]
        document.gates[1].reason = "a reason"
        document.gates[1].findings = [.init(id: "1.4", level: "lesson", title: "a title", why: "a cause")]
        document.trials[1].failure = "a failure"
        document.trials[0].steps[0].notMeasured = "a lack"
        document.experiment.entrants[1].command = "a command"
        let text = try document.text
        var (seen, read): (Set<String>, Int) = ([], 0)
        for match in text.matches(of: #/"[A-Za-z]+":\[?"([^"]*)"/#) where seen.insert(String(match.0)).inserted {
            let place = match.1.startIndex..<match.1.endIndex
            let changed = text.replacingCharacters(in: place, with: "\\u001b[2J\u{9B}31m\u{202E}")
            try changed.write(toFile: path, atomically: true, encoding: .utf8)
            // Where only some words may stand it is no result any more.
            guard let document = try? ComparisonDocument(reading: path) else { continue }
            read += 1
            try Self.expectPlain(document, "a", String(match.0))
        }
        #expect(read > 10 && seen.count > read, "\(read) of \(seen)")
    }

    @Test("has a line for every figure, with as many fields as the heading")
    func lines() throws {
        // Numbers of clients are quoted, as they have commas in them.
        let lines = try Self.text("results.csv").replacing(#/"[^"]*"/#, with: "quoted").split(separator: "\r\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let runs = Self.document.trials.reduce(0) { $0 + $1.steps.count }
        #expect(lines.count == runs + 1)
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        let cost = try #require(lines[0].firstIndex(of: "server_cpu_us_per_message"))
        #expect(lines.count { $0[2] == "b" && $0[3] == "peak" } == 5)
        #expect(lines.filter { $0[2] == "b" && $0[3] == "peak" }.allSatisfy { abs((Double($0[cost]) ?? 0) - 15) < 0.1 })
    }

    private static let spoilt: [@Sendable (inout ComparisonDocument) -> Void] = [
        { $0.seconds = -1e300 }, { $0.experiment.commonRate = 1e19 }, { $0.trials[0].steps[0].spoiltAttempts = .max },
        { $0.trials[0].steps[0].result?.server?.after?.anonymousBytes = .min },
        { $0.trials[0].steps[0].result?.waited = .max },
        // Nor does it tell of servers that take no part.
        { $0.experiment.baseline = "stranger" }, { $0.gates[0].entrant = "stranger" },
        { $0.trials[0].entrant = "stranger" }, { $0.verdicts[0].entrant = "stranger" },
        // Nothing was measured, or in no time.
        { $0.trials = [] }, { $0.trials[0].steps[0].result?.seconds = 1e-300 },
        { $0.trials[0].steps[0].result?.messages = -1 },
    ]

    @Test("in JSON loses nothing, and is not valid with impossible numbers or servers that take no part")
    func roundTrip() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.document.text.write(toFile: path, atomically: true, encoding: .utf8)
        let read = try ComparisonDocument(reading: path)
        #expect(try read.text == Self.document.text)
        #expect(Analysis(read).verdicts == Self.document.verdicts)
        // Seeds are as large as they like; nothing that is measured is.
        var odd = Self.document
        odd.experiment.seed = .max
        try odd.text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ComparisonDocument(reading: path).experiment.seed == .max)
        for change in Self.spoilt {
            var document = Self.document
            change(&document)
            try document.text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: ResultDocumentError.self) { try ComparisonDocument(reading: path) }
        }
        try "{\"format\":\"eco-load\",\"version\":1}".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ResultDocumentError.self) { try ComparisonDocument(reading: path) }
        #expect(throws: ResultDocumentError.unreadable) { try ComparisonDocument(reading: "/no/such/file") }
    }

    @Test("has a plot for each scenario, and without gnuplot says what to install")
    func plots() throws {
        let pages = Report(Self.document).pages()
        #expect(
            pages.filter { $0.name.hasSuffix(".svg") && $0.text.contains("</svg>") }.count == Scenario.allCases.count)
        let page = try Self.text("index.html")
        #expect(
            page.components(separatedBy: "<img src=\"data:image/svg+xml;base64,").count == Scenario.allCases.count + 1)
        let bare = try Self.text("index.html", gnuplot: "no-such-gnuplot")
        #expect(!bare.contains("<img") && bare.contains("apt-get install gnuplot-nox") && bare.contains("15.0 us"))
    }

    @Test("is self-contained")
    func selfContained() throws {
        let page = try Self.text("index.html")
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<link rel=\"stylesheet"))
    }

    @Test("leaves out a rate that is the generator's limit, and figures of invalid runs")
    func validity() {
        #expect(Figure.rate.value(of: Samples.result(worth: .lowerBound)) == nil)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .lowerBound)) == 10)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .invalid)) == nil)
        #expect(Figure.p99.value(of: Samples.result(worth: .invalid)) == nil)
    }

    @Test("of a class is side by side, with verdicts")
    func classTable() {
        let other = Samples.document(["a", "b"]) { _, _, _ in Samples.result() }
        let text = ClassTable([(name: "anna", document: Self.document), (name: "b|runo", document: other)]).text
        #expect(text.contains("| peak, CPU per message | b | 15.0 us, **1.49 to 1.51 times** | 10.0 us, same |"))
        #expect(text.components(separatedBy: "| --- | --- |").count == 2)
        #expect(text.contains("| peak, CPU per message | c | fails | - |"))
        #expect(text.contains("\n- b\\|runo: ") && text.contains("| b\\|runo |"))
    }

    @Test("of a worksheet has a place for every server in every question")
    func worksheet() {
        let text = Worksheet(Self.document.experiment).text
        for scenario in Scenario.allCases { #expect(text.contains("(\(scenario.rawValue))")) }
        #expect(text.contains("3. ____") && !text.contains("4. ____"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let portuguese = Worksheet(Self.document.experiment, .portuguese).text
        #expect(portuguese.hasPrefix("# Prever, depois medir\n") && portuguese.contains("Maus vizinhos (slow-client)"))
        #expect(portuguese.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("of a server that failed some rounds has no verdict, and says in how many it did")
    func someFailures() throws {
        let document = Samples.document(["a", "b"], scenarios: [.peak]) { name, _, round in
            name == "b" && round < 3 ? nil : Samples.result(microseconds: name == "b" ? 30 : 10)
        }
        #expect(document.verdicts.map(\.word) == [.missing])
        for text in [try Self.text("summary.md", document), ClassTable([("x", document), ("y", document)]).text] {
            #expect(text.contains("30.0 us") && text.contains("fails in 2 of 5"))
        }
        let summary = try Self.text("summary.md", document)
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
        let summary = try Self.text("summary.md", document)
        #expect(summary.contains("The processor time of \(unknown) is unknown: no verdict."), "\(summary)")
        let other = unknown == "a" ? "30.0 us" : "10.0 us"
        for text in [
            summary, ClassTable([("x", document), ("y", document)]).text, try Self.text("index.html", document),
        ] {
            #expect(text.contains("unknown") && text.contains(other))
            #expect(!text.contains(unknown == "a" ? "10.0 us" : "30.0 us"))
        }
        let lines = try Self.text("results.csv", document).split(separator: "\r\n").map {
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
        let lines = try Self.text("results.csv", document).split(separator: "\r\n").map {
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
        #expect(try Self.text("summary.md", small).contains("b cannot be compared with a in every round: no verdict."))
    }

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
        #expect(try Self.text("index.html", document).contains("1 run is INVALID"))
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
            try Self.text("summary.md", document).contains(
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
