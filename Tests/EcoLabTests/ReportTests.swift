// The report's files, made of figures that are known.
import Foundation
import Support
import Testing

@testable import EcoLab

@Suite("A report")
struct ReportTests {
    @Test("says what differs, by how much, and what does not")
    func sentences() throws {
        for file in ["index.html", "summary.md"] {
            let text = try Samples.text(file)
            #expect(text.contains("b costs 1.49 to 1.51 times the CPU of a: 15.0 us against 10.0 us."), "\(file)")
            #expect(text.contains("b takes 280 to 283 times the memory per client of a"), "\(file)")
            #expect(text.contains("no difference that matters"), "\(file)")
            #expect(text.contains("c fails peak in 5 of 5 tries: it "), "\(file)")
        }
    }

    @Test("has a line for every figure, with as many fields as the heading")
    func lines() throws {
        // Numbers of clients are quoted, as they have commas in them.
        let lines = try Samples.text("results.csv").replacing(#/"[^"]*"/#, with: "quoted").split(separator: "\r\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let runs = Samples.comparison.trials.reduce(0) { $0 + $1.steps.count }
        #expect(lines.count == runs + 1)
        #expect(lines.allSatisfy { $0.count == lines[0].count })
        let cost = try #require(lines[0].firstIndex(of: "server_cpu_us_per_message"))
        #expect(lines.count { $0[2] == "b" && $0[3] == "peak" } == 5)
        #expect(lines.filter { $0[2] == "b" && $0[3] == "peak" }.allSatisfy { abs((Double($0[cost]) ?? 0) - 15) < 0.1 })
    }

    @Test("has a plot for each scenario, and without gnuplot says what to install")
    func plots() throws {
        let pages = Report(Samples.comparison).pages()
        #expect(
            pages.filter { $0.name.hasSuffix(".svg") && $0.text.contains("</svg>") }.count == Scenario.allCases.count)
        let page = try Samples.text("index.html")
        #expect(
            page.components(separatedBy: "<img src=\"data:image/svg+xml;base64,").count == Scenario.allCases.count + 1)
        let bare = try Samples.text("index.html", gnuplot: "no-such-gnuplot")
        #expect(!bare.contains("<img") && bare.contains("apt-get install gnuplot-nox") && bare.contains("15.0 us"))
    }

    @Test("is self-contained")
    func selfContained() throws {
        let page = try Samples.text("index.html")
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("<link rel=\"stylesheet"))
    }

    @Test("of a class is side by side, with verdicts")
    func classTable() {
        let other = Samples.document(["a", "b"]) { _, _, _ in Samples.result() }
        let text = ClassTable([(name: "anna", document: Samples.comparison), (name: "b|runo", document: other)]).text
        #expect(text.contains("| peak, CPU per message | b | 15.0 us, **1.49 to 1.51 times** | 10.0 us, same |"))
        #expect(text.components(separatedBy: "| --- | --- |").count == 2)
        #expect(text.contains("| peak, CPU per message | c | fails | - |"))
        #expect(text.contains("\n- b\\|runo: ") && text.contains("| b\\|runo |"))
    }

    @Test("of a worksheet has a place for every server in every question")
    func worksheet() {
        let text = Worksheet(Samples.comparison.experiment).text
        for scenario in Scenario.allCases { #expect(text.contains("(\(scenario.rawValue))")) }
        #expect(text.contains("3. ____") && !text.contains("4. ____"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let portuguese = Worksheet(Samples.comparison.experiment, .portuguese).text
        #expect(portuguese.hasPrefix("# Prever, depois medir\n") && portuguese.contains("Maus vizinhos (slow-client)"))
        #expect(portuguese.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
}
