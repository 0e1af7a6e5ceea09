// Runs whose figures are made up, to be judged.
@testable import EcoLoad

extension RunResult {
    /// A successful run of 100 clients: this many answers of a millisecond each in one second.
    static func sample(answered: Int = 1_000, nanoseconds: Int64 = 1_000_000) -> Self {
        var planned = Times()
        if answered > 0 { planned.note(nanoseconds, count: answered) }
        var ledger = Ledger()
        (ledger.asked, ledger.connected, ledger.greeted, ledger.answered) = (100, 100, 100, 100)
        ledger.fates = [.served: 100]
        return Self(
            begin: 1, seconds: 1, messages: answered, unanswered: 0, plannedMessages: answered, waited: 0, bytesOut: 0,
            bytesIn: 0, planned: planned, actual: Times(), lateness: Times(), connecting: Times(), greeting: Times(),
            ledger: ledger, fairness: Fairness(), firstWrongByte: nil, series: [], generator: GeneratorUse(),
            server: nil,
            listenQueue: nil, clockDrift: 0, isInterrupted: false, validity: Validity([]))
    }

    /// The same, with what is found about it. Its window was as long as planned.
    func judged(_ plan: LoadPlan = LoadPlan()) -> Self {
        var (copy, plan) = (self, plan)
        plan.durationSeconds = seconds
        copy.validity = Judgement.of(copy, plan: plan)
        return copy
    }
}
