// A report for continuous integration: JUnit's XML, one suite per level.
import LinuxIO
public import Support

/// The report as JUnit XML (the schema that Jenkins, GitLab and GitHub's reporters read).
public struct JUnitReport: Sendable {
    public let text: String

    public init(_ report: CheckReport, language: Language) {
        let plain = TextReport(language, hasColours: false)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        let scores = Level.allCases.map(report.score)
        lines.append(
            "<testsuites name=\"eco check\" tests=\"\(report.results.count)\" failures=\"\(scores.reduce(0) { $0 + $1.failed })\" skipped=\"\(scores.reduce(0) { $0 + $1.notChecked })\" time=\"\(report.duration.seconds)\">"
        )
        for level in Level.allCases {
            let score = report.score(level)
            let results = report.results.filter { $0.test.level == level }
            let time = results.reduce(0) { $0 + $1.duration.seconds }
            lines.append(
                "  <testsuite name=\"\(level.rawValue)\" tests=\"\(results.count)\" failures=\"\(score.failed)\" skipped=\"\(score.notChecked)\" time=\"\(time)\">"
            )
            lines += results.flatMap { Self.lines($0, plain) }
            lines.append("  </testsuite>")
        }
        lines.append("</testsuites>")
        text = lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ result: CheckReport.Result, _ plain: TextReport) -> [String] {
        let title = "\(result.test.id) \(result.test.title.in(plain.language))"
        let head =
            "    <testcase classname=\"eco-check.\(result.test.level.rawValue)\" name=\"\(Markup.escaped(title))\" time=\"\(result.duration.seconds)\""
        switch result.outcome {
        case .passed: return [head + "/>"]
        case .notChecked(let reason, isFailure: false):
            return [
                head + ">", "      <skipped message=\"\(Markup.escaped(reason.in(plain.language)))\"/>",
                "    </testcase>",
            ]
        case .notChecked(let reason, isFailure: true):
            return [
                head + ">", "      <failure message=\"\(Markup.escaped(reason.in(plain.language)))\"/>",
                "    </testcase>",
            ]
        case .failed:
            let message = result.mistake.why.in(plain.language)
            return [
                head + ">",
                "      <failure message=\"\(Markup.escaped(message))\">\(Markup.escaped(plain.result(result, inFull: true)))</failure>",
                "    </testcase>",
            ]
        }
    }
}
