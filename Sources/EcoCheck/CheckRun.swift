// Runs the cases, one after the other, whether they pass or fail.
import LinuxIO
public import ServerHarness
public import Support

/// A check of one server.
public struct CheckRun: Sendable {
    public var target: ServerTarget
    /// The server, as the user named it.
    public var name: String
    /// The cases to run; by default all.
    public var cases = CheckCatalog.all
    public var level = Level.hostile
    public var seed: UInt64 = 1
    public var patience = 2.0
    /// The server does not get variables whose names begin with this prefix; empty withholds none.
    public var withheldVariables = ""

    /// What happens meanwhile.
    public struct Observer {
        /// Something that the user should know while waiting.
        public var onNotice: (Text) -> Void = { _ in }
        /// The server is running and the first case begins; called once, before any result.
        public var onStart: (CheckReport) -> Void = { _ in }
        public var onResult: (CheckReport.Result) -> Void = { _ in }

        public init() {}
    }

    public init(_ target: ServerTarget, name: String) {
        self.target = target
        self.name = name
    }

    /// Gives the calling thread its own network if the server's port is fixed. Call it first if privileges may be missing: without them it
    /// works only in a process with one thread. If it is not allowed, `onNotice` says so later.
    public func prepare() {
        if case .command(_, port: .some) = target { try? NetworkNamespace.enter() }
    }

    /// Runs all cases, those of the first level first. Blocks, on one thread, which gets its own network if the server's port is fixed.
    ///
    /// - Parameter running: lets another thread end what was started.
    /// - Throws: if there is no server to check. In any case everything that was started is ended.
    public func run(
        running: RunningServer = RunningServer(), observer: Observer = Observer()
    ) throws(ServerUnavailable) -> CheckReport {
        let start = Instant.now
        var report = CheckReport(target: name, patience: patience, seed: seed, level: level)
        var surroundings = ServerUnderTest.Surroundings()
        surroundings.withheldVariables = withheldVariables
        let server = try ServerUnderTest(
            target, limits: .init(factor: patience), running: running, surroundings: surroundings,
            onNotice: observer.onNotice)
        defer { server.stop() }
        let runner = CaseRunner(Bench(server, patience: Patience(factor: patience), seed: seed), running)
        runner.acquaint(&report)
        observer.onStart(report)
        let ordered = Level.allCases.flatMap { level in cases.filter { $0.level == level } }
        for test in ordered {
            let result = runner.result(of: test, report)
            running.goOn()
            report.add(result)
            observer.onResult(report.results[report.results.count - 1])
        }
        report.duration = .now - start
        return report
    }
}
