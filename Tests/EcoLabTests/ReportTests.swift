// The report's files, made of figures that are known.
import EcoCheck
import EcoLoad
import Foundation
import Testing

@testable import EcoLab

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
            #expect(text.contains("b takes 280 to 283 times the memory a client of a"), "\(file)")
            #expect(text.contains("no difference that matters"), "\(file)")
            #expect(text.contains("c fails peak in 5 of 5 tries: it "), "\(file)")
        }
    }

    @Test("shows what people and servers have said as text, and never as a page")
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

    @Test("has every figure as a line of its own, with as many fields as the heading")
    func lines() throws {
        // Numbers of clients are quoted, as they have commas in them.
        let lines = try Self.text("results.csv").replacing(#/"[^"]*"/#, with: "quoted").split(separator: "\r\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let runs = Self.document.trials.reduce(0) { $0 + $1.steps.count }
        #expect(lines.count == runs + 1)
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        let cost = try #require(lines[0].firstIndex(of: "server_cpu_us_per_message"))
        #expect(lines.filter { $0[2] == "b" && $0[3] == "peak" }.allSatisfy { abs((Double($0[cost]) ?? 0) - 15) < 0.1 })
    }

    @Test("in JSON loses nothing")
    func roundTrip() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.document.text.write(toFile: path, atomically: true, encoding: .utf8)
        let read = try ComparisonDocument(reading: path)
        #expect(try read.text == Self.document.text)
        #expect(Analysis(read).verdicts == Self.document.verdicts)
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

    @Test("needs nothing beside it")
    func selfContained() throws {
        let page = try Self.text("index.html")
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<link rel=\"stylesheet"))
    }

    @Test("leaves out a rate that is the generator's limit, and figures of runs that were none")
    func validity() {
        #expect(Figure.rate.value(of: Samples.result(worth: .lowerBound)) == nil)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .lowerBound)) == 10)
        #expect(Figure.processorTime.value(of: Samples.result(worth: .invalid)) == nil)
        #expect(Figure.p99.value(of: Samples.result(worth: .invalid)) == nil)
    }

    @Test("of a class stands side by side, with verdicts")
    func classTable() {
        let other = Samples.document(["a", "b"]) { _, _, _ in Samples.result() }
        let text = ClassTable([(name: "anna", document: Self.document), (name: "b|runo", document: other)]).text
        #expect(text.contains("| peak, CPU a message | b | 15.0 us, **1.49 to 1.51 times** | 10.0 us, same |"))
        #expect(text.components(separatedBy: "| --- | --- |").count == 2)
        #expect(text.contains("| peak, CPU a message | c | fails | - |") && text.contains("b\\|runo"))
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
}
