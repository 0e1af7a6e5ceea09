// A run's result from what its threads measured.

extension RunResult {
    /// What the threads of a run measured in total. The server's use, the listen queues and the validity are not in it yet.
    ///
    /// - Parameters:
    ///   - sum: the measurements of all threads, added up.
    ///   - begin: when the window began, in seconds since 1970.
    ///   - generator: what the threads used; their pauses are those of the measurements.
    ///   - clockDrift: the difference between the machine's clocks, as a share of the run.
    init(
        of sum: Measurements, plan: LoadPlan, begin: Double, generator: GeneratorUse, clockDrift: Double,
        isInterrupted: Bool
    ) {
        self.init(
            begin: begin, seconds: sum.windowSeconds, messages: sum.answered, unanswered: sum.unanswered,
            givenUp: sum.givenUp.count > 0 ? sum.givenUp : nil, plannedMessages: sum.plannedCount, waited: sum.waited,
            waitedAtEnd: plan.kind.hasSchedule ? sum.waitedAtEnd : nil, bytesOut: sum.bytesOut, bytesIn: sum.bytesIn,
            planned: sum.planned, actual: sum.actual, lateness: sum.lateness,
            paused: sum.paused.count > 0 ? sum.paused : nil, connecting: sum.connecting, greeting: sum.greeting,
            ledger: sum.ledger, fairness: sum.fairness, firstWrongByte: sum.firstWrongByte, series: sum.series,
            generator: generator, clockDrift: clockDrift, isInterrupted: isInterrupted, validity: Validity([]))
        if sum.pauseNanoseconds > 0 { self.generator.pauseSeconds = Double(sum.pauseNanoseconds) / 1e9 }
    }
}
