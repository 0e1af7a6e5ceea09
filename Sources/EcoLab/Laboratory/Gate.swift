// Whether a server can be measured: it has to keep the lesson's level of the protocol.
import EcoCheck
import EcoLoad
import LinuxIO
import ServerHarness
import Support

extension GateResult {
    /// Checks a server, which does not get the variables whose names begin with the prefix. Blocks. Also returns what the user should know.
    static func checking(
        _ entrant: Entrant, withholding prefix: String, running: RunningServer
    ) -> (gate: Self, notices: [String]) {
        var notices: [String] = []
        var observer = CheckRun.Observer()
        observer.onNotice = { notices.append($0.english) }
        var run = CheckRun(entrant.target(simulating: nil), name: entrant.name)
        run.withheldVariables = prefix
        do throws(ServerUnavailable) {
            return (Self(entrant, try run.run(running: running, observer: observer)), notices)
        } catch { return (Self(entrant, error), notices) }
    }

    /// The result of a check. A server that serves one client at a time is admitted, because the experiment is meant to show that.
    init(_ entrant: Entrant, _ report: CheckReport) {
        self.entrant = entrant.name
        servesSeveralClients = report.servesSeveralClients
        roundTripMicroseconds = report.roundTrip.map { Double($0.nanoseconds) / 1e3 }
        let scores = Level.allCases.map(report.score)
        points = scores.reduce(0) { $0 + $1.points }
        pointsPossible = scores.reduce(0) { $0 + $1.pointsPossible }
        let failed = report.results.filter { !$0.hasPassed && $0.counts }
        findings = failed.map { result in
            var mistake = result.test.mistake
            var note = ""
            if case .failed(let failure) = result.outcome {
                mistake = failure.finding.mistake ?? mistake
                note = failure.death.map { " (\($0.english))" } ?? ""
            }
            return Finding(
                id: result.test.id, level: result.test.level.rawValue, title: result.test.title.english,
                why: mistake.why.english + note)
        }
        let refused = failed.filter { result in
            guard result.test.level == .lesson else { return false }
            if report.servesSeveralClients { return true }
            if case .notChecked = result.outcome { return false }
            return result.test.id != Self.severalClients
        }
        isAdmitted = refused.isEmpty && report.roundTrip != nil
        if !isAdmitted {
            let cases = refused.prefix(3).map { "\($0.test.id) \($0.test.title.english)" }.joined(separator: "; ")
            let more = refused.count > 3 ? "; and \(refused.count - 3) more" : ""
            reason =
                refused.isEmpty
                ? "it does not speak the protocol"
                : "it does not keep the lesson's level: \(cases)\(more)"
        }
    }

    /// The case about several clients at once.
    private static let severalClients = "1.4"

    /// A server that could not be started.
    init(_ entrant: Entrant, _ error: ServerUnavailable) {
        self.entrant = entrant.name
        isAdmitted = false
        reason = error.reason
    }
}
