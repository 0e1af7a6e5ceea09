// `eco check`: whether a server keeps the protocol.
import ArgumentParser
import EcoCheck
import Glibc
import LinuxIO
import ServerHarness
import Support

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check whether a server keeps the protocol: eco's own, or any other.",
        discussion: """
            eco check localhost:9090                       a server that is already running
            eco check --spawn './servidor {port}'          starts it on a free port, and looks at its process too
            eco check --spawn './servidor' --port 9090     a server whose port is fixed
            All cases of the level run. The exit status is 0 if the level is passed, 1 if not. To read about a failure: eco explain 3.2
            """)

    @OptionGroup var options: CheckOptions

    func run() throws {
        let language = options.reportLanguage
        let isTerminal = isatty(1) == 1 && !Environment.isSet("NO_COLOR")
        let writer = TextReport(language, hasColours: isTerminal)
        let cases = try options.cases()
        if options.list { return say(writer.list(cases)) }
        var run = CheckRun(try options.checkTarget(), name: options.name)
        run.cases = cases
        run.level = options.level
        run.seed = options.seed
        run.patience = options.patience
        try ResultFile.demandOneEach([("--json", options.json), ("--junit", options.junit)])
        // Checked before the work.
        let json = try options.json.map { try ResultFile($0, option: "--json") }
        let junit = try options.junit.map { try ResultFile($0, option: "--junit") }

        let report = try check(run, writer)
        show(writer.summary(report))
        try json?.write(JSONReport(report, version: ecoVersion, language: language).text)
        try junit?.write(JUnitReport(report, language: language).text)
        if !report.holds(run.level) { throw ExitCode(1) }
    }

    /// Runs the cases, and reports each as it ends.
    private func check(_ run: CheckRun, _ writer: TextReport) throws -> CheckReport {
        // Before any thread exists, so that every thread inherits it.
        try Interruption.block()
        let running = RunningServer()
        var observer = CheckRun.Observer()
        var heading: Level?
        // It may contain command lines of other programs.
        observer.onNotice = { Streams.tell("eco: \($0.in(writer.language).plainLine)\n") }
        observer.onStart = { show(writer.header($0)) }
        observer.onResult = { result in
            if heading != result.test.level { show(writer.heading(result.test.level)) }
            heading = result.test.level
            show(writer.result(result))
        }
        run.prepare()
        let leave: @Sendable (Signal) -> Void = { signal in running.endForGood { _exit(128 + signal.rawValue) } }
        try Interruption.watch(first: leave, again: leave)
        do throws(ServerUnavailable) { return try run.run(running: running, observer: observer) } catch {
            throw Complaint(error)
        }
    }
}
