// A load as the user sees it: the progress while it runs, the table at its end, Ctrl-C.
import EcoLoad
import LinuxIO
import Support

/// Runs loads one after the other and shows them.
final class LoadSession: Sendable {
    private struct State {
        var current: LoadRun?
        var isInterrupted = false
    }

    private let addresses: [SocketAddress]
    private let server: [Int32]
    private let startAt: Double?
    private let view = LoadView()
    private let state = Monitor(State())

    init(_ addresses: [SocketAddress], _ options: LoadOptions) {
        self.addresses = addresses
        server = options.pid.map { [$0] } ?? []
        startAt = options.startAt?.secondsSince1970
    }

    /// Checks that the start is in the future, or has only just passed.
    func checkStart() throws {
        let now = WallClock.secondsSince1970.rounded(.down)
        guard let startAt, startAt < now - 1 else { return }
        throw Complaint(
            .usage,
            "--start-at is \(Int(now) - Int(startAt)) s ago: give a time in the future, like $(( $(date +%s) + 5 ))")
    }

    /// Whether this machine can carry the plan.
    func preflight(_ plan: LoadPlan) throws {
        do throws(LoadRun.Failure) { _ = try LoadRun(plan, target: addresses[0]) } catch { throw Complaint(error) }
    }

    /// Ends the load early, with the results so far; a run that has not begun ends as soon as it begins.
    func interrupt() {
        let run = state.withLock { state in
            state.isInterrupted = true
            return state.current
        }
        run?.stop()
    }

    private var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Runs the plan, and shows a table for each repeat.
    func run(_ plan: LoadPlan, isShown: Bool = true) throws -> [RunResult] {
        let table = LoadTable(plan)
        if isShown { say("eco load: \(table.heading)".paragraph) }
        let run = try self.start(plan)
        defer { state.withLock { $0.current = nil } }
        do {
            return try run.run(
                onProgress: { self.view.show($0, repeats: plan.repeats) },
                onResult: { result in
                    self.view.clear()
                    if isShown { say((plan.repeats > 1 ? "\n" : "") + "\n" + table.text(result)) }
                })
        } catch { throw Complaint(error) }
    }

    /// The first address that accepts a connection; if there is none, the first address, and the ledger reports it.
    private func start(_ plan: LoadPlan) throws -> LoadRun {
        let target =
            addresses.count > 1
            ? (addresses.first { $0.isListening(within: .seconds(1)) } ?? addresses[0]) : addresses[0]
        do throws(LoadRun.Failure) {
            let run = try LoadRun(plan, target: target, server: server, startAt: startAt)
            state.withLock { $0.current = run }
            // A signal may have come when there was nothing to stop.
            if isInterrupted { run.stop() }
            return run
        } catch { throw Complaint(error) }
    }

    // MARK: - Searching

    /// Finds the highest rate that keeps an objective, shows each step, and returns the answer and its confirming runs.
    func findRate(_ objective: Objective, _ plan: inout LoadPlan) throws -> (
        answer: RateSearch.Answer, runs: [RunResult]
    ) {
        var last: [RunResult] = []
        var lastRate = RateSearch(objective).lowest
        let base = plan
        say(
            "eco load: the highest rate with \(objective.conditions.map(\.text).joined(separator: ",")), \(Count(base.clients).of("client"))\n"
        )
        let answer = try RateSearch(objective).search(
            onStep: { say("  \(Self.line($0))\n") },
            attempt: { rate, isConfirmation throws(any Error) -> RunResult? in
                if self.isInterrupted { return nil }
                var plan = base
                plan.rate = rate
                plan.repeats = 1
                if !isConfirmation {
                    plan.durationSeconds = min(base.durationSeconds, max(1, base.durationSeconds / 5))
                    plan.warmupSeconds = min(base.warmupSeconds, 0.5)
                }
                lastRate = rate
                last = try self.run(plan, isShown: false)
                return last[0]
            })
        plan.rate = lastRate
        if answer.rate != nil, let run = last.first { say("\n\(LoadTable(plan).text(run))") }
        say("\n\(Self.sentence(answer).paragraph)")
        return (answer, last)
    }

    private static func line(_ step: RateSearch.Step) -> String {
        let name = step.isConfirmation ? "confirm" : "try"
        let isUndecided = step.word == .invalid && !step.isKept
        let times = (step.attempts ?? 1) > 1 ? ", \(step.attempts ?? 1) times" : ""
        let word = step.isKept ? "kept" : isUndecided ? "not decided\(times)" : "missed"
        return "\(name) \(RateText(step.rate))/s: \(word) (\(step.account))"
    }

    private static func sentence(_ answer: RateSearch.Answer) -> String {
        if let rate = answer.rate {
            let word = answer.validity?.word ?? .valid
            let least = answer.isGeneratorsLimit ? "at least " : ""
            let reason = word == .valid ? "" : " (\(word.rawValue): \(answer.validity?.reasons.first ?? ""))"
            return "The highest rate that keeps the objective: \(least)\(RateText(rate)) messages per second\(reason)."
        }
        if answer.exitStatus == 1 {
            return "Not even \(RateText(answer.steps.last?.rate ?? 0)) messages per second keep the objective."
        }
        let kept = answer.highestKept.map { "\(RateText($0)) messages per second kept the objective, unconfirmed" }
        return "No answer: \(answer.validity?.reasons.first ?? ""). Until then \(kept ?? "no rate kept the objective")."
    }
}
