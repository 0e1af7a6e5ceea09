// Runs the cases, one after the other, whatever becomes of each.
import LinuxIO

/// A check of one server.
public struct CheckRun: Sendable {
    public var target: CheckTarget
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

    public init(_ target: CheckTarget, name: String) {
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
    ) throws(CheckError) -> CheckReport {
        let start = Instant.now
        var report = CheckReport(target: name, patience: patience, seed: seed, level: level)
        var surroundings = ServerUnderTest.Surroundings()
        surroundings.withheldVariables = withheldVariables
        let server = try ServerUnderTest(
            target, patience: Patience(factor: patience), running: running, surroundings: surroundings,
            onNotice: observer.onNotice)
        defer { server.stop() }
        let bench = Bench(server, patience: Patience(factor: patience), seed: seed)
        acquaint(bench, &report)
        observer.onStart(report)
        var isUsed = true
        var isSpoiled = false
        // One that does not come up twice will not do so for the others.
        var failures: [CheckError] = []
        let ordered = Level.allCases.flatMap { level in cases.filter { $0.level == level } }
        for test in ordered {
            var failure: CheckError?
            if server.isOwn, isSpoiled || test.needs.contains(.freshServer) && isUsed {
                if failures.count > 1 {
                    failure = failures[0]
                } else {
                    do throws(CheckError) { try server.restart() } catch {
                        failures.append(error)
                        failure = error
                    }
                }
                // It may listen before it serves; but its first client is to be the case's own where that is what is asked.
                if failure == nil, report.roundTrip != nil, !test.needs.contains(.freshServer) { awaitService(bench) }
            }
            isUsed = true
            let result =
                if let failure { notStarted(test, failure) } else {
                    result(of: test, bench, servesSeveral: report.servesSeveralClients)
                }
            running.goOn()
            report.results.append(result)
            observer.onResult(result)
            // One that never spoke is not asked whether it still does.
            let mayBeIll = !result.hasPassed && result.counts
            let isIll = mayBeIll && (report.roundTrip == nil ? !server.isRunning : !isFine(bench))
            isSpoiled = failure != nil || isIll || test.needs.contains(.lastOfServer)
        }
        report.duration = .now - start
        return report
    }

    // MARK: - Before the cases

    /// Measures the round trip, and finds out whether a second client is served while the first is there.
    private func acquaint(_ bench: Bench, _ report: inout CheckReport) {
        defer { bench.cleanUp() }
        bench.begin()
        // A case will say so.
        guard let first = try? bench.connect() else { return }
        let before = Instant.now
        bench.waitForLine(first, limit: bench.patience.startLimit / 4)
        guard (try? bench.expectGreeting(first)) != nil else { return }
        bench.patience.greeting = .now - before
        var times: [Duration] = []
        for _ in 0..<5 {
            let before = Instant.now
            guard (try? bench.ask(first, "oi\n", "OI\n")) != nil else { break }  // A case will say so.
            times.append(.now - before)
        }
        if times.count == 5 {
            report.roundTrip = times.sorted()[2]
            bench.patience.roundTrip = report.roundTrip
        }
        guard let second = try? bench.connect() else { return }  // Likewise.
        let isGreeted = bench.waitForLine(second, limit: bench.patience.limit)
        guard !isGreeted else { return }
        // Only if the first one's going is what it waited for, else it is silent for other reasons.
        first.close()
        report.servesSeveralClients = !bench.waitForLine(second)
    }

    /// Waits for a first greeting, as long as a start may take.
    private func awaitService(_ bench: Bench) {
        bench.begin()
        // If it does not come, a case will say so.
        if let peer = try? bench.connect() { bench.waitForLine(peer, limit: bench.patience.startLimit) }
        bench.cleanUp()
    }

    // MARK: - A case

    /// A case for which the server, which was there before, does not come up.
    private func notStarted(_ test: CheckCase, _ error: CheckError) -> CheckReport.Result {
        let said =
            switch error {
            case .exited(_, _, let line), .neverListens(_, _, _, let line), .commandNotFound(_, let line): line
            default: "\(error)"
            }
        var finding = Finding(
            expected: .fact(
                Text(
                    "the server can be started again for this case",
                    pt: "o servidor pode ser iniciado de novo para este caso")))
        finding.note = Text("it does not come up: \(said)", pt: "ele não sobe: \(said)")
        finding.mistake = .addressInUse
        return CheckReport.Result(test: test, outcome: .failed(.init(finding: finding)), duration: .zero)
    }

    private func result(of test: CheckCase, _ bench: Bench, servesSeveral: Bool) -> CheckReport.Result {
        let start = Instant.now
        let outcome = outcome(of: test, bench, servesSeveral: servesSeveral)
        bench.cleanUp()
        return CheckReport.Result(test: test, outcome: outcome, duration: .now - start)
    }

    private func outcome(of test: CheckCase, _ bench: Bench, servesSeveral: Bool) -> CheckReport.Outcome {
        let server = bench.server
        if test.needs.contains(.process), !server.isOwn {
            return .notChecked(
                Text("needs --spawn", pt: "precisa de --spawn"), isFailure: false)
        }
        if test.needs.contains(.process), !server.isVisible {
            return .notChecked(
                Text("its process is not to be seen from here", pt: "o seu processo não é visível daqui"),
                isFailure: false)
        }
        if test.needs.contains(.severalClients), !servesSeveral {
            return .notChecked(
                Text("one client at a time, see 1.4", pt: "um cliente por vez, veja 1.4"), isFailure: true)
        }
        let errorsBefore = server.errors
        var failure: CheckReport.Failure
        bench.begin()
        do throws(CaseStop) {
            try test.run(bench)
            guard !server.isRunning, !test.needs.contains(.lastOfServer) else { return .passed }
            failure = CheckReport.Failure(
                finding: Finding(
                    expected: .fact(Text("the server is there afterwards", pt: "o servidor continua de pé depois"))))
        } catch {
            switch error {
            case .cannotCheck(let reason): return .notChecked(reason, isFailure: false)
            case .failed(let finding): failure = CheckReport.Failure(finding: finding)
            }
        }
        if server.isOwn, !server.isRunning, !test.needs.contains(.lastOfServer),
            let exit = server.exit(within: .seconds(1))
        {
            failure.death = describe(exit)
            failure.finding.mistake = .errorsThatEndTheServer
        }
        failure.output = Self.added(to: errorsBefore, server.errors)
        return .failed(failure)
    }

    /// The telling line of what was printed since; the beginning may have been forgotten.
    private static func added(to before: String, _ after: String) -> String {
        ServerUnderTest.tellingLine(after.hasPrefix(before) ? String(after.dropFirst(before.count)) : after)
    }

    /// Whether the server that has just failed a case can be asked for the next one.
    private func isFine(_ bench: Bench) -> Bool {
        bench.begin()
        defer { bench.cleanUp() }
        guard bench.server.isRunning, let peer = try? bench.knock() else { return false }  // Then it is not.
        return bench.waitForLine(peer, limit: bench.patience.quiet)
    }
}
