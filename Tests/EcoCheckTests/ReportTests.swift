// What is told of a check, for people and for programs.
import FoundationEssentials
import LinuxIO
import TestSupport
import Testing

@testable import EcoCheck

@Suite("Reports")
struct ReportTests {
    /// A report with a case of every outcome.
    private static func report() throws -> CheckReport {
        var report = CheckReport(target: "./servidor <&>", patience: 2, seed: 7, level: .robust)
        report.roundTrip = .microseconds(61)
        var finding = Finding(
            steps: [.sent([0x61, 0xC3]), .sent([0xA1, 0x0A])], expected: .bytes(Array("AÁ\n".utf8)),
            got: [0x41, 0xC3, 0xA1, 0x0A], ending: .endOfStream)
        finding.note = Text("seen \u{1}", pt: "visto")
        var failure = CheckReport.Failure(finding: finding)
        failure.output = "UnicodeDecodeError <tag>"
        let outcomes: [(String, CheckReport.Outcome)] = [
            ("1.1", .passed), ("3.2", .failed(failure)),
            ("7.7", .notChecked(Text("needs --spawn", pt: "-"), isFailure: false)),
            ("7.2", .notChecked(Text("one at a time", pt: "-"), isFailure: true)),
        ]
        for (id, outcome) in outcomes {
            report.results.append(
                .init(test: try #require(CheckCatalog.case(id)), outcome: outcome, duration: .milliseconds(12)))
        }
        return report
    }

    @Test("show bytes readably, and mark the first difference")
    func bytes() {
        #expect(ByteText(Array("olá\r\n\t\"\\".utf8)).text == "\"olá\\r\\n\\t\\\"\\\\\"")
        #expect(ByteText([0x00, 0xC3, 0x28, 0xFF, 0xF0, 0x9F, 0x98]).text == "\"\\x00\\xC3(\\xFF\\xF0\\x9F\\x98\"")
        #expect(ByteText([]).text == "\"\"")
        // A combining accent would sit on its neighbour, and a zero width space would not be seen.
        #expect(ByteText(Array("e\u{301}\u{200B}".utf8)).text == "\"e\\xCC\\x81\\xE2\\x80\\x8B\"")
        let marked = ByteText(Array("AÁB".utf8), marked: 3)
        #expect(marked.text == "\"AÁB\"" && marked.column == 3)
        #expect(ByteText(Array("abc".utf8), marked: 3).column == 4)
    }

    @Test("cut long bytes to a window around the difference")
    func window() {
        let bytes = (0..<1000).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let text = ByteText(bytes, marked: 500)
        #expect(text.text.hasPrefix("…\"") && text.text.hasSuffix("(1000 bytes)"))
        #expect(text.column == 10)
        let column = Array(text.text)[10]
        #expect(column == Character(UnicodeScalar(bytes[500])))
    }

    @Test("tell a student what was sent, expected and seen, and why, and where to read on")
    func text() throws {
        let report = try Self.report()
        let writer = TextReport(.english, hasColours: false)
        #expect(
            writer.result(report.results[1]) == """
                  FAIL  3.2  a UTF-8 sequence cut between two reads
                             sent      "a\\xC3", then "\\xA1\\n"
                             expected  "AÁ\\n"
                             got       "Aá\\n", then the end of the stream
                                         ^ byte 2
                             seen      seen \u{FFFD}
                             it said   UnicodeDecodeError <tag>
                             why       Each read is decoded by itself, and a character that
                                       two reads share is broken: keep its first bytes, 3 at
                                       most, for the next read.
                             read      Docs/check/decoding-each-read.md


                """)
        let portuguese = TextReport(.portuguese, hasColours: false).result(report.results[1])
        #expect(portuguese.contains("uma sequência UTF-8 cortada") && portuguese.contains("Docs/check/pt/decoding"))
    }

    @Test("count points, and decide by the level that was asked for")
    func points() throws {
        let report = try Self.report()
        #expect(report.score(.lesson) == .init(passed: 1, failed: 0, notChecked: 0))
        #expect(report.score(.robust).points == 0 && report.score(.robust).pointsPossible == 2)
        #expect(report.score(.hostile) == .init(passed: 0, failed: 1, notChecked: 1))
        #expect(report.holds(.lesson) && !report.holds(.robust) && !report.holds(.hostile))
        let summary = TextReport(.english, hasColours: false).summary(report)
        #expect(summary.contains("does not keep the protocol at level robust"))
        #expect(summary.contains("Failed: 3.2"))
        #expect(summary.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("are JSON that says all of it again")
    func json() throws {
        let text = try JSONReport(try Self.report(), version: "1.2.3", language: .english).text
        let back = try JSONDecoder().decode(JSONReport.self, from: Data(text.utf8))
        #expect(back.format == "eco-check" && back.version == 1 && back.eco == "1.2.3" && back.seed == 7)
        #expect(back.cases.map(\.outcome) == ["passed", "failed", "not checked", "failed"])
        #expect(back.points == 2 && back.pointsPossible == 6 && !back.holds)
        let failure = try #require(back.cases[1].failure)
        #expect(failure.sent == ["\"a\\xC3\"", "\"\\xA1\\n\""] && failure.firstDifference == 2)
        #expect(failure.page == "Docs/check/decoding-each-read.md")
    }

    @Test("are XML that a parser takes, with its counts right, whatever a server has printed")
    func junit() throws {
        let text = JUnitReport(try Self.report(), language: .english).text
        let script = """
            import sys, xml.etree.ElementTree as T
            root = T.fromstring(sys.argv[1])
            cases = list(root.iter('testcase'))
            print(len(cases), root.get('tests'), root.get('failures'), root.get('skipped'),
                  sum(c.find('failure') is not None for c in cases), sum(c.find('skipped') is not None for c in cases),
                  'UnicodeDecodeError <tag>' in T.tostring(root, encoding='unicode', method='text'))
            """
        let process = try ChildProcess("python3", ["-c", script, text])
        #expect(process.waitForExit() == .status(0), "\(process.errors)")
        #expect(process.output == "4 4 2 1 2 1 True\n")
    }
}
