// Runs one case after the other, on a server that is ready for it.
import LinuxIO
import ServerHarness
import Support

/// What is known about the server between two cases. Single-threaded.
final class CaseRunner {
    let bench: Bench
    private let running: RunningServer
    /// Whether the next case needs a new server.
    private var isSpoiled = false
    /// What was found out about the server after a failure: it is tested only once.
    var silence: Silence?
    var sharesConnections: Bool?
    /// Whether a client was served after the last start of the server.
    private var servesAfterStart = true
    /// Whether it ever answered.
    var hasAnswered = false
    /// A server that twice fails to start is not started again.
    private var startFailures: [ServerUnavailable] = []

    init(_ bench: Bench, _ running: RunningServer) {
        self.bench = bench
        self.running = running
    }

    /// How often a case is repeated if the checker missed a part of it.
    private static let mostRepeats = 2
    /// How much of a case may be missed. A clean close waits longer than this for what a client still sends.
    private static let harmlessAbsence = Duration.milliseconds(250)

    // MARK: - A case, repeated if the checker was absent

    /// Runs a case. If it fails and the checker was absent meanwhile, it is repeated: what the checker missed is not the server's fault.
    func result(of test: CheckCase, _ report: CheckReport) -> CheckReport.Result {
        var repeats = 0
        while true {
            let (result, absence) = attempt(test, report)
            if result.hasPassed || !result.counts || absence < Self.harmlessAbsence { return result }
            if repeats == Self.mostRepeats { return missed(result, absence) }
            repeats += 1
            running.goOn()
        }
    }

    private func missed(_ result: CheckReport.Result, _ absence: Duration) -> CheckReport.Result {
        let reason = Text(
            "the checker itself was stopped for \(absence.short), in every attempt",
            pt: "o próprio verificador ficou parado por \(absence.short), a cada tentativa")
        return CheckReport.Result(
            test: result.test, outcome: .notChecked(reason, isFailure: false), duration: result.duration)
    }

    /// Runs a case once. Also returns how long the checker was absent meanwhile.
    private func attempt(_ test: CheckCase, _ report: CheckReport) -> (CheckReport.Result, absence: Duration) {
        let absenceBefore = bench.clock.absence
        let failure = prepareServer(for: test, report)
        let start = bench.clock.now
        let outcome =
            if let failure { notStarted(failure) } else {
                outcome(of: test, servesSeveral: report.servesSeveralClients)
            }
        bench.cleanUp()
        let result = CheckReport.Result(test: test, outcome: outcome, duration: bench.clock.now - start)
        let absence = bench.clock.absence - absenceBefore
        // A server that never sent anything is not tested for whether it still does.
        let mayBeIll = !result.hasPassed && result.counts
        let isIll = mayBeIll && (report.roundTrip == nil ? !bench.server.isRunning : !isFine)
        isSpoiled = failure != nil || isIll || test.needs.contains(.lastOfServer)
        return (result, absence)
    }

    /// Starts a new server if the case needs one; returns why it does not start.
    private func prepareServer(for test: CheckCase, _ report: CheckReport) -> ServerUnavailable? {
        guard bench.server.isOwn, isSpoiled || test.needs.contains(.freshServer) else { return nil }
        if startFailures.count > 1 { return startFailures[0] }
        do throws(ServerUnavailable) { try bench.server.restart() } catch {
            startFailures.append(error)
            return error
        }
        // It may listen before it serves. But a case about the first client has to be the first client itself.
        if report.roundTrip != nil, !test.needs.contains(.freshServer) {
            // A server that once served no client in all that time gets less time from then on.
            let limit = servesAfterStart ? bench.patience.startLimit : bench.patience.limit
            servesAfterStart = bench.awaitService(within: limit)
        }
        return nil
    }

    // MARK: - A case

    /// A case for which the server does not start again.
    private func notStarted(_ error: ServerUnavailable) -> CheckReport.Outcome {
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
        finding.note = Text("it does not start: \(said)", pt: "ele não sobe: \(said)")
        finding.mistake = .addressInUse
        return .failed(.init(finding: finding))
    }

    private func outcome(of test: CheckCase, servesSeveral: Bool) -> CheckReport.Outcome {
        let server = bench.server
        if test.needs.contains(.process), !server.isOwn {
            return .notChecked(
                Text("needs --spawn", pt: "precisa de --spawn"), isFailure: false)
        }
        if test.needs.contains(.process), !server.isVisible {
            return .notChecked(
                Text("its process is not visible from here", pt: "o seu processo não é visível daqui"),
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
                    expected: .fact(
                        Text("the server is still running afterwards", pt: "o servidor continua de pé depois"))))
        } catch {
            switch error {
            case .cannotCheck(let reason): return .notChecked(reason, isFailure: false)
            case .prevented(let reason): return .notChecked(reason, isFailure: true)
            case .outOfTime:
                return .notChecked(
                    Text("there was not enough time", pt: "não houve tempo para tudo"), isFailure: false)
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
        if failure.death == nil { diagnose(&failure.finding, of: test) }
        return .failed(failure)
    }

    /// The most telling line of what was printed since then; the beginning may be lost.
    private static func added(to before: String, _ after: String) -> String {
        ServerUnderTest.tellingLine(after.hasPrefix(before) ? String(after.dropFirst(before.count)) : after)
    }

    /// Whether the server that just failed a case can be used for the next one.
    private var isFine: Bool {
        bench.begin()
        defer { bench.cleanUp() }
        guard bench.server.isRunning, let peer = try? bench.knock() else { return false }  // Then it is not.
        return bench.waitUntilServed(peer, within: bench.patience.quiet)
    }
}
