// Runs the cases, one after the other, whatever becomes of each.
import LinuxIO
public import ServerHarness
public import Support

/// A check of one server.
public struct CheckRun: Sendable {
    public var target: ServerTarget
    /// What the person called it.
    public var name: String
    /// The cases to run; all unless some were asked for.
    public var cases = CheckCatalog.all
    public var level = Level.hostile
    public var seed: UInt64 = 1
    public var patience = 2.0
    /// Variables whose names begin so are kept from the server; empty keeps none.
    public var withheldVariables = ""

    /// What happens meanwhile.
    public struct Observer {
        /// Something that the person should know while waiting.
        public var onNotice: (Text) -> Void = { _ in }
        /// The server is there, and the first case begins; called once, before any result.
        public var onStart: (CheckReport) -> Void = { _ in }
        public var onResult: (CheckReport.Result) -> Void = { _ in }

        public init() {}
    }

    public init(_ target: ServerTarget, name: String) {
        self.target = target
        self.name = name
    }

    /// Gives the calling thread a network of its own if the server's port is fixed. To be called first where privileges may be
    /// missing: without them it takes a process of one thread. That it is not allowed is told later, by `onNotice`.
    public func prepare() {
        if case .command(_, port: .some) = target { try? NetworkNamespace.enter() }
    }

    /// Runs all cases, those of the first level first. Blocks, on one thread, which gets a network of its own if the server's
    /// port is fixed.
    ///
    /// - Parameter running: by this another thread can end what is started.
    /// - Throws: if there is no server to check. Nothing that was started is left then, nor afterwards.
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
