// A trial: one start of a server, and the loads put on it.
import EcoLoad
import LinuxIO
import ServerHarness
import Support

extension Laboratory {
    /// Starts the server, puts the setting's loads on it one after the other until one fails, and ends it.
    func trial(
        _ entrant: Entrant, _ setting: Setting, round: Int, order: Int, _ experiment: Experiment,
        knownFailure: (_ step: String) -> String?, onNotice: (String) -> Void, whileWaiting: () -> Void
    ) -> TrialResult {
        let start = Instant.now
        var trial = TrialResult(
            entrant: entrant.name, scenario: setting.scenario, setting: setting.id, round: round, order: order,
            probeMilliseconds: SteadinessProbe.milliseconds(on: placement.server))
        if let reason = knownFailure(setting.steps[0].name) {
            trial.steps = [.init(name: setting.steps[0].name, failure: reason, isKnown: true)]
            return trial
        }
        var surroundings = ServerUnderTest.Surroundings()
        surroundings.output = .discarded
        surroundings.processors = [placement.server]
        surroundings.prefersOwnNetwork = true
        surroundings.withheldVariables = Self.ownVariables
        var told: [String] = []
        do throws(ServerUnavailable) {
            let server = try ServerUnderTest(
                entrant.target(simulating: setting.simulatedWork), limits: .init(factor: 2), running: running,
                surroundings: surroundings,
                onNotice: { told.append("\(entrant.name): \($0.english)") })
            for (number, step) in setting.steps.enumerated() {
                if let reason = knownFailure(step.name) {
                    trial.steps.append(.init(name: step.name, failure: reason, isKnown: true))
                    break
                }
                var plan = step.plan
                // Each round sends different texts, the same ones to every server.
                plan.seed = experiment.seed &+ UInt64(round) &* 1000 &+ UInt64(number)
                let outcome = outcome(of: Setting.Step(name: step.name, plan: plan), setting, server, whileWaiting)
                trial.steps.append(outcome)
                if let reason = outcome.notMeasured {
                    let at = step.name.isEmpty ? "" : " at \(step.name)"
                    told.append("\(entrant.name) is not measured by \(setting.id)\(at): \(reason)")
                }
                if outcome.result == nil || outcome.failure != nil { break }
            }
            server.stop()
        } catch { trial.failure = error.reason }
        told.forEach(onNotice)
        trial.seconds = (.now - start).seconds
        return trial
    }

    /// Puts a load on a server, and repeats it once if the first run was INVALID.
    private func outcome(
        of step: Setting.Step, _ setting: Setting, _ server: ServerUnderTest, _ whileWaiting: () -> Void
    ) -> TrialResult.Step {
        let plan = step.plan
        var spoilt = 0
        func failed(_ reason: String) -> TrialResult.Step {
            .init(name: step.name, failure: reason, spoiltAttempts: spoilt)
        }
        func notMeasured(_ reason: String) -> TrialResult.Step {
            .init(name: step.name, notMeasured: reason, spoiltAttempts: spoilt)
        }
        while true {
            let seconds = plan.warmupSeconds + plan.durationSeconds + plan.rampSeconds
            var trouble: GeneratorProcess?
            defer {
                trouble?.kill()
                state.withLock { $0.trouble = nil }
            }
            if setting.hasTroublemakers {
                // Without them it would be a different setting.
                let order = GeneratorOrder(troubleAt: server.address, seconds: seconds * 2 + 30)
                do { trouble = try begin(order, seconds: seconds, as: \.trouble) } catch {
                    return notMeasured("the troublemakers cannot be started: \(error)")
                }
            }
            let order = GeneratorOrder(plan, at: server.address, server: server.processes.map(\.pid))
            let outcome: GeneratorProcess.Outcome
            do {
                let generator = try begin(order, seconds: seconds, as: \.generator)
                defer { state.withLock { $0.generator = nil } }
                outcome = generator.outcome(whileWaiting: whileWaiting)
            } catch { return notMeasured("the generator cannot be started: \(error)") }
            // If the server is gone, that is what to report, whatever else went wrong.
            if !server.isRunning {
                let how = server.exit(within: .seconds(1)).map { " \($0.account)" } ?? ""
                let line = server.lastLine
                return failed("it ended\(how) during the measurement\(line.isEmpty ? "" : " (it said: \(line))")")
            }
            if let trouble, !trouble.isRunning, !isStopped {
                return failed("the three bad neighbours could not connect, or were gone before the end")
            }
            switch outcome {
            case .failure(let reason): return notMeasured(reason)
            case .overdue: return failed("the load did not end in time")
            case .result(let result):
                if let limit = result.machineLimit { return notMeasured(limit) }
                if result.validity.word == .invalid, result.messages > 0, spoilt == 0 {
                    spoilt += 1
                    continue
                }
                return .init(
                    name: step.name, result: result, failure: result.failureAccount(of: plan), spoiltAttempts: spoilt)
            }
        }
    }

    /// Starts a process of the generator, which `end` ends too; from then on none is started.
    func begin(
        _ order: GeneratorOrder, seconds: Double, as place: WritableKeyPath<State, GeneratorProcess?>
    ) throws -> GeneratorProcess {
        try state.withLock { state in
            Result {
                if state.isStopped { throw Failure.nothingMeasured }
                let process = try GeneratorProcess(
                    order, executable: executable, processor: placement.generator, seconds: seconds)
                state[keyPath: place] = process
                return process
            }
        }.get()
    }
}
