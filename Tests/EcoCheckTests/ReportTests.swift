// The reports of a check, for people and for programs.
import FoundationEssentials
import LinuxIO
import Support
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

    @Test("show a student what was sent, expected and seen, why, and where to read more")
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
                             why       Each read is decoded by itself, which breaks a
                                       character that two reads share: keep its first bytes, 3
                                       at most, for the next read.
                             read      eco explain 3.2


                """)
        let portuguese = TextReport(.portuguese, hasColours: false).result(report.results[1])
        #expect(portuguese.contains("uma sequência UTF-8 cortada") && portuguese.contains("leia      eco explain 3.2"))
    }

    @Test("count points, and decide by the requested level")
    func points() throws {
        let report = try Self.report()
        #expect(report.score(.lesson) == .init(passed: 1, points: 2, pointsPossible: 2))
        #expect(report.score(.robust).points == 0 && report.score(.robust).pointsPossible == 2)
        #expect(report.score(.hostile) == .init(failed: 1, notChecked: 1, pointsPossible: 2))
        #expect(report.holds(.lesson) && !report.holds(.robust) && !report.holds(.hostile))
        let summary = TextReport(.english, hasColours: false).summary(report)
        #expect(summary.contains("does not keep the protocol at level robust"))
        #expect(summary.contains("Failed: 3.2"))
        #expect(summary.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    /// A report in which these cases have failed so, one after the other.
    private static func report(_ failures: [(String, Finding)]) throws -> CheckReport {
        var report = CheckReport(target: "x", patience: 2, seed: 7, level: .hostile)
        for (id, finding) in failures {
            let test = try #require(CheckCatalog.case(id))
            report.add(.init(test: test, outcome: .failed(.init(finding: finding)), duration: .zero))
        }
        return report
    }

    @Test(
        "tell a cause once: what was recognised, or seen in the same way, in one line, and else what came without why")
    func repetition() throws {
        func finding(_ got: String, _ mistake: Mistake? = nil) -> Finding {
            var finding = Finding(expected: .bytes(Array("AÁ".utf8)), got: Array(got.utf8))
            (finding.mistake, finding.isRecognised) = (mistake, mistake != nil)
            return finding
        }
        let report = try Self.report([
            ("3.2", finding("A")), ("3.6", finding("A")), ("3.7", finding("B")), ("2.1", finding("X", .staleBuffer)),
            ("2.3", finding("Y", .staleBuffer)), ("3.9", finding("Z", .sharedBuffer)),
        ])
        let writer = TextReport(.english, hasColours: false)
        let texts = report.results.map { writer.result($0) }
        #expect(texts[0].contains("why       Each read is decoded by itself"))
        #expect(texts[1] == "  FAIL  3.6  what can no longer become a character is answered at once (as 3.2)\n")
        #expect(texts[2].contains("got       \"B\"") && texts[2].contains("why       as 3.2\n"))
        #expect(texts[3].contains("read      eco explain stale-and-shared-buffers\n"))
        #expect(texts[4].hasSuffix("(as 2.1)\n"))
        #expect(texts[5].contains("why       One client gets bytes of another"))
        // A reader of a single case gets all of it.
        #expect(writer.result(report.results[1], inFull: true).contains("why       Each read is decoded by itself"))
        let json = JSONReport(report, version: "1", language: .english)
        #expect(json.cases.map { $0.failure?.sameCauseAs } == [nil, "3.2", "3.2", nil, "2.1", nil])
        #expect(json.cases[4].failure?.explain == "eco explain stale-and-shared-buffers")
    }

    @Test("say silence only of a server that was silent")
    func silence() throws {
        func told(_ rest: Finding.Rest, _ got: String) throws -> String {
            var finding = Finding(expected: .bytes(Array("AB\n".utf8)), got: Array(got.utf8))
            finding.rest = rest
            return TextReport(.english, hasColours: false).result(try Self.report([("2.1", finding)]).results[0])
        }
        #expect(try told(.silence, "A").contains("got       \"A\", then silence\n"))
        #expect(try told(.silence, "").contains("got       silence\n"))
        #expect(try told(.late, "A").contains("got       \"A\", then not the rest in time\n"))
        #expect(try told(.unknown, "AX").contains("got       \"AX\"\n"))
    }

    @Test("show the levels that were checked, and decide by the requested one")
    func levels() throws {
        var report = CheckReport(target: "x", patience: 2, seed: 7, level: .lesson)
        for test in CheckCatalog.all where test.level == .lesson {
            report.add(.init(test: test, outcome: .passed, duration: .zero))
        }
        #expect(report.levels == [.lesson] && report.isComplete && report.holds(.lesson))
        let summary = TextReport(.english, hasColours: false).summary(report)
        #expect(summary.contains("lesson ") && !summary.contains("robust") && !summary.contains("all "), "\(summary)")
        #expect(summary.contains("The server keeps the protocol at level lesson ("), "\(summary)")
    }

    @Test("say that a level is undecided if only cases of higher levels were run, whatever their results")
    func undecided() throws {
        var report = CheckReport(target: "x", patience: 2, seed: 7, level: .lesson)
        let test = try #require(CheckCatalog.case("7.8"))
        report.add(.init(test: test, outcome: .passed, duration: .zero))
        let summary = TextReport(.english, hasColours: false).summary(report)
        #expect(summary.contains("Level lesson is not decided: only cases of higher levels were run ("), "\(summary)")
        #expect(summary.contains("2 / 2") && !summary.contains("Nothing was checked"), "\(summary)")
        #expect(summary.split(separator: "\n").allSatisfy { $0.count <= 80 })
        // One that could not be looked at says as little as none.
        let notChecked = CheckReport.Outcome.notChecked(Text("needs --spawn", pt: "-"), isFailure: false)
        report.results = [.init(test: try #require(CheckCatalog.case("1.3")), outcome: notChecked, duration: .zero)]
        let nothing = TextReport(.english, hasColours: false).summary(report)
        #expect(nothing.contains("Nothing was checked at level lesson."), "\(nothing)")
    }

    @Test("first say exactly what the greeting is", arguments: Language.allCases)
    func exactGreeting(language: Language) {
        let sentence = Mistake.greetingAndNumbers.why.in(language).prefix { $0 != "." }
        #expect(sentence.contains("\"Servidor de eco (cliente N)"))
    }

    @Test("contain no terminal commands, whatever people and servers have printed")
    func controls() throws {
        let evil = "\u{1B}[2J\u{9B}31m\u{202E}\u{7F}"
        var report = CheckReport(target: evil, patience: 2, seed: 7, level: .hostile)
        var finding = Finding(expected: .fact(Text(evil, pt: evil)), got: Array(evil.utf8))
        finding.note = Text(evil, pt: evil)
        finding.steps = [.sent(Array(evil.utf8))]
        var failure = CheckReport.Failure(finding: finding)
        failure.output = evil
        let outcomes: [CheckReport.Outcome] = [.failed(failure), .notChecked(Text(evil, pt: evil), isFailure: true)]
        for (test, outcome) in zip(CheckCatalog.all, outcomes) {
            report.results.append(.init(test: test, outcome: outcome, duration: .zero))
        }
        let writer = TextReport(.english, hasColours: false)
        let text = writer.header(report) + report.results.map { writer.result($0) }.joined() + writer.summary(report)
        let json = try JSONReport(report, version: evil, language: .english).text
        for told in [text, json, JUnitReport(report, language: .english).text] {
            #expect(!told.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" }, "\(told)")
        }
        // A program reads what was said all the same.
        let back = try JSONDecoder().decode(JSONReport.self, from: Data(json.utf8))
        #expect(back.target == evil && back.eco == evil)
    }

    @Test("are also available as JSON with the same content")
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

    @Test("are valid XML with the right counts, whatever a server has printed")
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
