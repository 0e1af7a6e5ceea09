// The files of a report.
import EcoLoad

/// A report: one page for people, a summary for a README, all data for programs.
public struct Report {
    /// The possible files.
    public static let files =
        ["index.html", "summary.md", "results.json", "results.csv"] + Scenario.allCases.map { "\($0.rawValue).svg" }

    private let document: ComparisonDocument

    public init(_ document: ComparisonDocument) { self.document = document }

    /// The data: written first, so that it is there even if the rest fails.
    public func data() throws -> [(name: String, text: String)] {
        [(name: "results.json", text: try document.text), (name: "results.csv", text: CSVReport(document).text)]
    }

    /// The pages: names and texts of files. Blocks while gnuplot draws, if it is there.
    ///
    /// - Parameter gnuplot: the program that draws.
    public func pages(gnuplot: String = "gnuplot") -> [(name: String, text: String)] {
        let content = ReportContent(document)
        var plots: [Scenario: String] = [:]
        for section in content.sections {
            plots[section.scenario] = Gnuplot(program: gnuplot).draw(Plot(section.scenario, content.analysis))
        }
        var files = [
            (name: "index.html", text: HTMLReport(content, plots: plots).text),
            (name: "summary.md", text: MarkdownReport(content, plots: Set(plots.keys)).text),
        ]
        files += Scenario.allCases.compactMap { scenario in
            plots[scenario].map { (name: "\(scenario.rawValue).svg", text: $0) }
        }
        return files
    }
}
