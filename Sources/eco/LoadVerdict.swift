// What a load's exit status says, and the one line that goes with it.
import ArgumentParser
import EcoLoad

/// The worst of what a load came to.
struct LoadVerdict {
    private let document: LoadDocument

    init(_ document: LoadDocument) { self.document = document }

    /// Throws what the process has to exit with; returns if all is well. Where an objective was given, it decides, as soon as
    /// there is something to judge.
    func leave(_ search: RateSearch.Answer?) throws {
        for run in document.runs { try judgeFigures(run) }
        if let search, search.rate == nil { throw ExitCode(1) }
        if let missed = document.missed, let objective = document.objective {
            guard missed.isEmpty else {
                say("\nObjective missed: \(missed.joined(separator: ", "))\n")
                throw ExitCode(1)
            }
            return say("\nObjective kept: \(objective)\n")
        }
        for run in document.runs { try judgeService(run) }
    }

    /// Whether there are figures at all, and figures of a server of this protocol.
    private func judgeFigures(_ run: RunResult) throws {
        let ledger = run.ledger
        let target = document.target
        if ledger.asked > 0, ledger.connected == 0, !run.isInterrupted {
            if ledger[.refused] > 0 {
                throw Complaint(.unavailable, "nothing listens at \(target): start the server, or check host and port")
            }
            if ledger[.outOfPorts] > 0 {
                throw Complaint(
                    .osError,
                    "no port is left for \(target): give other --source addresses, or wait a minute for TIME_WAIT")
            }
            throw Complaint(
                .unavailable, "\(target) cannot be reached: check host and port, and that no packet filter is between")
        }
        if let wrong = run.firstWrongByte {
            throw Complaint(
                .dataError,
                "\(target) sends wrong bytes: \(LoadTable.sentence(wrong)): eco check tells what is wrong with it")
        }
        if ledger.connected > 0, ledger.greeted == 0, ledger[.timedOut] > 0 {
            throw Complaint(
                .protocolError,
                "\(target) accepts and says nothing within \(document.plan.timeoutSeconds) s: is it a server of this protocol (--protocol echo for others)?"
            )
        }
        // That nothing was answered has its reasons below, where connections went wrong.
        if run.validity.word == .invalid, !run.isInterrupted, run.messages > 0 || ledger.errors == 0 {
            throw Complaint(.invalidFigures, "the figures are INVALID: \(run.validity.reasons.first ?? "")")
        }
    }
    /// Whether everybody was served.
    private func judgeService(_ run: RunResult) throws {
        let ledger = run.ledger
        let target = document.target
        if ledger[.closedEarly] + ledger[.reset] > 0 {
            throw Complaint(
                .inputOutput,
                "\(target) closed \(ledger[.closedEarly]) and reset \(ledger[.reset]) of \(ledger.asked) connections before their end: look at the server's log"
            )
        }
        if ledger[.refused] + ledger[.timedOut] > 0 {
            throw Complaint(
                .temporaryFailure,
                "\(target) refused \(ledger[.refused]) of \(ledger.asked) connections and left \(ledger[.timedOut]) without an answer: raise its limits, or give fewer --clients"
            )
        }
        if ledger.errors > 0 {
            throw Complaint(
                .osError, "\(ledger.errors) of \(ledger.asked) connections went wrong on this machine: see the table")
        }
        if run.unanswered > 0 {
            throw Complaint(
                .temporaryFailure,
                "\(target) left \(run.unanswered) of \(run.plannedMessages) messages unanswered: the rate cannot be reached, give a lower --rate or more --clients"
            )
        }
    }
}
