// `eco compare`: an experiment over several servers, and the report of it.
import ArgumentParser
import EcoLab
import Glibc
import LinuxIO

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare servers under the same loads, eco's models and others, and write a report.",
        discussion: """
            Each server is checked first, as by eco check, then measured in rounds. The report says what differs, and how certain that is.
            """,
        subcommands: [CompareRunCommand.self, CompareMerge.self, CompareRedraw.self],
        defaultSubcommand: CompareRunCommand.self)
}

struct CompareRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the experiment (the default of eco compare).",
        discussion: """
            eco compare --quick                               our models
            eco compare --server 'mine=./servidor {port}'     and yours
            eco compare --server 'l@9090=python3 server.py'   its port is fixed
            eco compare --worksheet                           predict first
            The report is in report/index.html, for any browser.
            """)

    @OptionGroup var options: CompareOptions

    /// The fewest descriptors with which the laboratory can start programs. What the clients need is checked later.
    private static let fewestDescriptors = 64

    func run() throws {
        let executable = try executable()
        let experiment = try options.experiment(executable: executable)
        if options.worksheet { return say(Worksheet(experiment, options.lang ?? .ofLocale).text) }
        let descriptors = try DescriptorLimit.current().soft
        guard descriptors >= Self.fewestDescriptors else {
            throw Complaint(
                .osError,
                "\(descriptors) descriptors are too few for an experiment: raise the limit (ulimit -n \(Self.fewestDescriptors), and more for many clients)"
            )
        }
        let folder = try ReportFolder(options.out)
        // Before any thread exists: the network, and the signals, which every thread inherits.
        Laboratory.prepare()
        try Interruption.block()
        let laboratory = Laboratory(executable: executable, version: ecoVersion)
        let view = CompareView()
        let firstSignal = Monitor(Signal?.none)
        let leave: @Sendable (Signal) -> Void = { signal in laboratory.endForGood { _exit(128 + signal.rawValue) } }
        try Interruption.watch(
            first: { signal in
                firstSignal.withLock { $0 = signal }
                guard laboratory.interrupt() else {
                    view.tell("eco: interrupted before anything was measured: no report was written")
                    return leave(signal)
                }
                view.tell(
                    "eco: interrupted: writing the report of what has been measured; interrupt again to leave at once")
            }, again: leave)
        let interrupted = { ExitCode(128 + (firstSignal.withLock { $0 } ?? .interrupt).rawValue) }
        var observer = Laboratory.Observer()
        observer.onNotice = { view.tell("eco: \($0)") }
        observer.onProgress = { view.show($0) }
        observer.onAdmission = { document, seconds in view.tell(Self.admission(document, seconds)) }
        view.tell(Self.plan(experiment))
        let document: ComparisonDocument
        do throws(Laboratory.Failure) { document = try laboratory.run(experiment, observer: observer) } catch {
            view.clear()
            switch error {
            case .nobodyAdmitted:
                throw Complaint(.unavailable, "no server can be measured, see above: eco check --spawn shows why")
            case .nothingMeasured: throw interrupted()
            }
        }
        view.clear()
        // First, so that a full disk does not lose it.
        say(MarkdownReport(document).summary)
        try folder.write(document)
        view.tell("\nThe report: \(folder.path)/index.html")
        if document.isInterrupted { throw interrupted() }
    }

    /// The path of this program, which starts its own models and the generator.
    private func executable() throws(Complaint) -> String {
        if let path = SystemFile.target(of: "/proc/self/exe") { return path }
        do throws(NotUTF8) { return try ProcessArguments.argument(0) } catch {
            throw Complaint(.usage, "eco's own path, \(error.escaped), is not UTF-8: move eco to a path that is")
        }
    }

    private static func plan(_ experiment: Experiment) -> String {
        let names = experiment.entrants.map(\.name).joined(separator: ", ")
        let scenarios = experiment.scenarios.map(\.rawValue).joined(separator: ", ")
        return """
            eco compare
              servers    \(names); all are compared with \(experiment.baseline)
              scenarios  \(scenarios)
              rounds     \(experiment.rounds), in random order (seed \(experiment.seed))
              length     about \(CompareView.time(.seconds(Int(experiment.estimatedSeconds)))); Ctrl-C ends it early, with a report
            """
    }

    private static func admission(_ document: ComparisonDocument, _ seconds: Double) -> String {
        let admitted = document.gates.filter(\.isAdmitted).count
        return
            "checked: \(admitted) of \(document.gates.count) can be measured; about \(CompareView.time(.seconds(Int(seconds)))) to go"
    }
}
