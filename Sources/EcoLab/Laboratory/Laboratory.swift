// Runs an experiment: checks the servers, finds a common rate, and goes through the rounds.
import EcoLoad
import Glibc
import LinuxIO
import ServerHarness
import Support

/// An experiment under way. It starts one server and one generator at a time, and ends both; between them it sleeps.
public final class Laboratory: Sendable {
    /// Its progress.
    public struct Progress: Sendable {
        /// The trial's number, from 1, and how many there are.
        public var trial: Int
        public var trials: Int
        /// The current trial: `round 2 of 5, churn, threads`.
        public var text: String
        /// About how long it will still take.
        public var left: Duration
    }

    /// What the observer is told.
    public struct Observer {
        /// Something that the user should know: why a server is not measured, or has failed.
        public var onNotice: (String) -> Void = { _ in }
        public var onProgress: (Progress) -> Void = { _ in }
        /// The checks are done: these servers take part, and it will take this many more seconds.
        public var onAdmission: (ComparisonDocument, Double) -> Void = { _, _ in }

        public init() {}
    }

    /// Why nothing could be measured.
    public enum Failure: Error {
        /// No server can be measured; the reason for each was reported.
        case nobodyAdmitted
        /// It was interrupted before the first trial.
        case nothingMeasured
    }

    struct State {
        var isStopped = false
        /// Whether a trial is over, so that there is something to report.
        var hasMeasured = false
        var generator: GeneratorProcess?
        var trouble: GeneratorProcess?
    }

    let executable: String
    private let version: String
    let placement = Placement.current
    let running = RunningServer()
    let state = Monitor(State())

    /// Options of eco serve in the environment would change our models, and the report would not show it.
    static let ownVariables = "ECO_"

    /// - Parameters:
    ///   - executable: this program.
    ///   - version: its version, for the document.
    public init(executable: String, version: String) {
        self.executable = executable
        self.version = version
    }

    /// Gives the calling thread its own network. Call it first if privileges may be missing: without them it works only in a process with
    /// one thread. If it is not allowed, servers share this machine's network.
    public static func prepare() { try? NetworkNamespace.enter() }

    // MARK: - Ending early

    /// Ends the experiment early: the current trial is dropped, the finished ones are reported. Any thread may call this.
    ///
    /// - Returns: whether there is anything to report.
    @discardableResult
    public func interrupt() -> Bool {
        let (processes, hasMeasured) = state.withLock { state in
            state.isStopped = true
            return ([state.generator, state.trouble], state.hasMeasured)
        }
        for process in processes { process?.kill() }
        return hasMeasured
    }

    /// Ends what was started, and then this process, by calling the function. Any thread may call this.
    public func endForGood(_ exit: () -> Never) -> Never {
        interrupt()
        running.endForGood(exit)
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    // MARK: - The experiment

    /// Runs the experiment. Blocks, on one thread, which is moved to other networks and to the generator's processor.
    ///
    /// - Throws: if there is nothing to report. In any case everything that was started is ended.
    public func run(_ experiment: Experiment, observer: Observer = Observer()) throws(Failure) -> ComparisonDocument {
        let start = Instant.now
        var document = ComparisonDocument(
            experiment, version: version, begin: WallClock.secondsSince1970, placement: placement)
        // This program itself runs there too, so that the servers have their processor to themselves.
        try? Processors.use([placement.generator])
        let stolenBefore = StolenTime.now
        check(&document, observer)
        if isStopped { throw .nothingMeasured }
        guard document.gates.contains(where: \.isAdmitted) else { throw .nobodyAdmitted }
        settle(&document)
        goThroughRounds(&document, observer)
        guard !document.trials.isEmpty else { throw .nothingMeasured }
        document.isInterrupted = isStopped
        document.steadiness = Steadiness(
            document.trials.map(\.probeMilliseconds).filter { $0 > 0 }, stolenShare: stolenBefore.share(until: .now))
        document.seconds = (Instant.now - start).seconds
        document.verdicts = Analysis(document).verdicts
        return document
    }

    // MARK: - Before the rounds

    /// Checks every server, and measures once how much it can do.
    private func check(_ document: inout ComparisonDocument, _ observer: Observer) {
        let entrants = document.experiment.entrants
        for (index, entrant) in entrants.enumerated() where !isStopped {
            let left = document.experiment.estimatedSeconds - Double(index) * Experiment.secondsOfCheck
            observer.onProgress(
                Progress(
                    trial: index + 1, trials: entrants.count, text: "check of \(entrant.name)",
                    left: .milliseconds(Int(left * 1000))))
            var (gate, told) = GateResult.checking(entrant, withholding: Self.ownVariables, running: running)
            if isStopped { return }
            for notice in told { tell("\(entrant.name): \(notice)", &document, observer) }
            if gate.isAdmitted { gate.firstRate = firstRate(entrant, document.experiment) }
            if let reason = gate.reason { tell("\(entrant.name) is not measured: \(reason)", &document, observer) }
            document.gates.append(gate)
        }
        let slowest = document.gates.compactMap(\.firstRate).min()
        document.experiment.commonRate = Self.commonRate(slowest: slowest)
    }

    /// A server's rate over a third of a second; nil if it does not serve that many clients.
    private func firstRate(_ entrant: Entrant, _ experiment: Experiment) -> Double? {
        let setting = Setting(
            .peak, [.init(name: "", plan: experiment.plan(clients: Experiment.usualClients, seconds: 0.3))])
        let trial = trial(
            entrant, setting, round: 0, order: 0, experiment, knownFailure: { _ in nil }, onNotice: { _ in },
            whileWaiting: {})
        guard !trial.hasFailed else { return nil }
        return trial.steps.first?.result?.rate
    }

    /// A round number, at most four tenths of the slowest server's rate.
    static func commonRate(slowest: Double?) -> Double {
        let limit = min(Experiment.highestRate, (slowest ?? 250) * 0.4)
        var rate = 1.0
        for exponent in 0...5 {
            for digit in [1.0, 2, 5] {
                let candidate = digit * pow(10, Double(exponent))
                if candidate <= limit { rate = candidate }
            }
        }
        return rate
    }

    /// A server that was not admitted cannot be the baseline either.
    private func settle(_ document: inout ComparisonDocument) {
        let admitted = document.gates.filter(\.isAdmitted).map(\.entrant)
        if !admitted.contains(document.experiment.baseline), let first = admitted.first {
            document.notices.append(
                "\(document.experiment.baseline) was chosen as the baseline but is not measured: \(first) takes its place"
            )
            document.experiment.baseline = first
        }
    }

    // MARK: - The rounds

    private func goThroughRounds(_ document: inout ComparisonDocument, _ observer: Observer) {
        let experiment = document.experiment
        let schedule = Schedule(experiment, admitted: document.gates.filter(\.isAdmitted).map(\.entrant))
        document.trialsPlanned = schedule.turns.count
        let total = schedule.turns.reduce(0) { $0 + $1.setting.estimatedSeconds }
        observer.onAdmission(document, total)
        // Corrects the estimate of the time left.
        var (expected, left) = (0.0, total)
        let begin = Instant.now
        for (index, turn) in schedule.turns.enumerated() {
            if isStopped { return }
            let show = {
                let spent = (Instant.now - begin).seconds
                let pace = expected > 5 ? spent / expected : 1
                observer.onProgress(
                    Progress(
                        trial: index + 1, trials: schedule.turns.count,
                        text: "round \(turn.round) of \(experiment.rounds), \(turn.setting.id), \(turn.entrant.name)",
                        left: .milliseconds(Int(left * min(max(pace, 0.5), 3) * 1000))))
            }
            show()
            let (name, setting) = (turn.entrant.name, turn.setting.id)
            let before = document
            var told: [String] = []
            let result = trial(
                turn.entrant, turn.setting, round: turn.round, order: index + 1, experiment,
                knownFailure: { before.knownFailure(name, setting, $0) }, onNotice: { told.append($0) },
                whileWaiting: show)
            if isStopped { return }
            for notice in told { tell(notice, &document, observer) }
            document.trials.append(result)
            // The first failure of its kind is reported at once.
            for step in turn.setting.steps.map(\.name) where before.failures(name, setting, step).isEmpty {
                guard let reason = document.failures(name, setting, step).first else { continue }
                observer.onNotice("\(name) fails \(setting)\(step.isEmpty ? "" : " at \(step)"): \(reason)")
                break
            }
            state.withLock { $0.hasMeasured = true }
            expected += turn.setting.estimatedSeconds
            left -= turn.setting.estimatedSeconds
        }
    }

    /// Tells the user, once.
    private func tell(_ notice: String, _ document: inout ComparisonDocument, _ observer: Observer) {
        guard !document.notices.contains(notice) else { return }
        document.notices.append(notice)
        observer.onNotice(notice)
    }
}
