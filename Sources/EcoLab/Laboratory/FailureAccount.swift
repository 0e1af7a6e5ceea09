// What counts as a failure of a server under load, and the words for it.
import EcoLoad
import Support

extension RunResult {
    /// Why a run failed, in a few words; nil if every client was served and every message answered.
    func failureAccount(of plan: LoadPlan) -> String? {
        if let wrong = firstWrongByte {
            return "wrong bytes: byte \(wrong.offset) of client \(wrong.client)'s \(wrong.part) is \(wrong.got)"
                + (wrong.expected.map { " instead of \($0)" } ?? ", where nothing more was expected")
        }
        let fates = Ledger.Fate.allCases.filter { failed($0, plan) > 0 }
        if !fates.isEmpty {
            let kinds = fates.map { "\(Count(failed($0, plan))) \($0.account)" }.joined(separator: ", ")
            let whole = Count(ledger.asked).of(plan.mode == .churn ? "session" : "client")
            let rest = plan.mode == .churn || ledger.asked == plan.clients ? "" : " (no more were tried)"
            return
                "\(Count(fates.reduce(0) { $0 + failed($1, plan) })) of \(whole) were not served: \(kinds)\(rest)"
        }
        if unanswered > 0 {
            return "\(Count(unanswered).of("message was", "messages were")) never answered"
        }
        if let entry = validity.entries.first(where: { $0.finding == .rateNotKept }) { return entry.reason }
        // At a low rate a short window may have no planned message.
        let isAsked = !plan.isOpenLoop || plannedMessages > 0
        if messages == 0, isAsked {
            return "no message was answered in the \(plan.durationSeconds) s that were measured"
        }
        return nil
    }

    /// Why a run says nothing about the server: this machine had too few ports or descriptors for all clients. Nil if it had enough.
    var machineLimit: String? {
        let (ports, descriptors) = (ledger[.outOfPorts], ledger[.outOfDescriptors])
        guard ports + descriptors > 0 else { return nil }
        return
            "this machine had no \(ports > 0 ? "ports" : "descriptors") for \(Count(ports + descriptors).of("client"))"
    }
}

extension RunResult {
    /// How many clients were answered, and then never got the answer to their goodbye.
    func withoutGoodbye(_ plan: LoadPlan) -> Int {
        plan.mode == .talk ? ledger[.timedOut] - failed(.timedOut, plan) : 0
    }

    /// How many connections had a fate that is a failure. A client that was answered, but never got the answer to its goodbye when ten
    /// thousand clients said goodbye at once, counts as served.
    private func failed(_ fate: Ledger.Fate, _ plan: LoadPlan) -> Int {
        switch fate {
        // Without a port or a descriptor the client never reached the server: see machineLimit.
        case .served, .givenUp, .outOfPorts, .outOfDescriptors: 0
        case .timedOut where plan.mode == .talk: min(ledger[fate], ledger.asked - ledger.answered)
        default: ledger[fate]
        }
    }
}

extension Ledger.Fate {
    fileprivate var account: String {
        switch self {
        case .served: "served"
        case .refused: "refused"
        case .reset: "reset"
        case .timedOut: "timed out"
        case .closedEarly: "closed early"
        case .outOfPorts: "without a port"
        case .outOfDescriptors: "without a descriptor"
        case .wrongBytes: "got wrong bytes"
        case .givenUp: "given up"
        case .unreachable: "unreachable"
        case .selfConnected: "connected to themselves"
        }
    }
}
