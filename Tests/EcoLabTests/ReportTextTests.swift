// Hostile texts and impossible numbers in a report.
import Foundation
import LinuxIO
import Testing

@testable import EcoLab
@testable import EcoLoad
@testable import ServerHarness

@Suite("A report, whatever it contains")
struct ReportTextTests {
    @Test("shows text from people and servers as text, never as markup")
    func escaping() throws {
        var document = Samples.comparison
        document.gates[2].reason = "it said: <script>alert('x')</script> | \u{1B}[31m"
        document.gates[2].isAdmitted = false
        document.notices = ["<img src=x onerror=alert(1)> `code` *bold*"]
        let page = try Samples.text("index.html", document)
        #expect(!page.contains("<script") && !page.contains("<img src=x") && !page.contains("\u{1B}"))
        #expect(page.contains("&lt;script&gt;alert('x')"))
        #expect(
            try Samples.text("summary.md", document).contains("\\<img src=x onerror=alert(1)\\> \\`code\\` \\*bold\\*"))
    }

    @Test("has no terminal commands in any of its files, nor in a class's table")
    func controls() throws {
        let evil = "\u{1B}[2J\u{9B}31m\u{202E}"
        var document = Samples.comparison
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
        try Samples.comparison.text.write(toFile: path, atomically: true, encoding: .utf8)
        let read = try ComparisonDocument(reading: path)
        #expect(try read.text == Samples.comparison.text)
        #expect(Analysis(read).verdicts == Samples.comparison.verdicts)
        // Seeds are as large as they like; nothing that is measured is.
        var odd = Samples.comparison
        odd.experiment.seed = .max
        try odd.text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ComparisonDocument(reading: path).experiment.seed == .max)
        for change in Self.spoilt {
            var document = Samples.comparison
            change(&document)
            try document.text.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: ResultDocumentError.self) { try ComparisonDocument(reading: path) }
        }
        try "{\"format\":\"eco-load\",\"version\":1}".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ResultDocumentError.self) { try ComparisonDocument(reading: path) }
        #expect(throws: ResultDocumentError.unreadable) { try ComparisonDocument(reading: "/no/such/file") }
    }
}
