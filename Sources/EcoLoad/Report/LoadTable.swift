// The table at the end of a run: readable in ten seconds, in 80 columns.
import ServerHarness
import Support

/// Writes a run's figures.
public struct LoadTable: Sendable {
    private let plan: LoadPlan

    public init(_ plan: LoadPlan) { self.plan = plan }

    /// What the run does, in one line.
    public var heading: String {
        let sizes = plan.sizes.entries.map { "\(Count($0.bytes)) B" }.joined(separator: ", ")
        let length = plan.messages.map { Count($0).of("message") } ?? "\(short(plan.durationSeconds)) s"
        let clients = Count(plan.clients).of("client")
        switch plan.mode {
        case .churn:
            return
                "\(clients) that come and go, \(length) after \(short(plan.warmupSeconds)) s of warm-up, seed \(plan.seed)"
        case .hold: return "\(clients), idle for \(length), then one message each, seed \(plan.seed)"
        case .talk:
            let pace =
                plan.rate.map {
                    "\(short($0)) per second (\(plan.arrivals.rawValue)), at most \(plan.depth) in flight each"
                } ?? "\(plan.depth) in flight each"
            return
                "\(clients), \(sizes), \(pace), \(length) after \(short(plan.warmupSeconds)) s of warm-up, seed \(plan.seed)"
        }
    }

    /// The whole table.
    public func text(_ result: RunResult) -> String {
        var lines = verdict(result) + [""]
        lines += latencies(result) + [""]
        lines += facts(result)
        let curve = PercentileCurve(result.planned).lines
        if !curve.isEmpty {
            lines +=
                [
                    "",
                    plan.isOpenLoop
                        ? "time from the planned moment of sending, by percentile" : "time of an answer, by percentile",
                ] + curve
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The word, with the rate and the errors.
    private func verdict(_ result: RunResult) -> [String] {
        let least = result.validity.word == .lowerBound ? "at least " : ""
        let what = plan.mode == .churn ? "sessions" : "messages"
        let early = result.isInterrupted ? ", ended early after \(short(result.seconds)) s" : ""
        var lines = [
            "\(result.validity.word.rawValue)  \(least)\(RateText(result.rate)) \(what) per second, \(Self.errors(result))\(early)"
        ]
        if let rate = plan.rate, result.rate < 0.98 * rate, !result.validity.has(.rateNotKept) {
            lines += Self.indented("the plan was \(RateText(rate)) per second")
        }
        for reason in result.validity.reasons { lines += Self.indented(reason) }
        return lines
    }

    private static func indented(_ text: String) -> [String] { text.wrapped(76).map { "  \($0)" } }

    /// What went wrong, in a few words.
    private static func errors(_ result: RunResult) -> String {
        let (connections, messages) = (result.ledger.errors, result.unanswered)
        if connections > 0 { return "\(Count(connections).of("connection")) went wrong" }
        if messages > 0 { return "\(Count(messages).of("message")) not answered" }
        if result.serverEnded == true { return "the server ended" }
        return result.validity.has(.rateNotKept) ? "the rate was not kept" : "no error"
    }

    /// What was wrong with the first wrong byte.
    public static func sentence(_ wrong: WrongByte) -> String {
        func hex(_ byte: UInt8) -> String {
            let digits = String(byte, radix: 16, uppercase: true)
            return "0x\(digits.count < 2 ? "0" : "")\(digits)"
        }
        let expected = wrong.expected.map(hex) ?? "nothing more"
        return
            "the first wrong byte: client \(wrong.client), \(wrong.part), offset \(wrong.offset): expected \(expected), got \(hex(wrong.got))"
    }

    private func latencies(_ result: RunResult) -> [String] {
        var rows = [["", "p50", "p90", "p99", "p99.9", "max", "count"]]
        func row(_ name: String, _ times: Times) {
            guard times.count > 0 else { return }
            let values = [50, 90, 99, 99.9].map(times.percentile) + [times.max]
            rows.append([name] + values.map { TimeText($0).description } + [Count(times.count).description])
        }
        row(plan.isOpenLoop ? "planned" : plan.mode == .churn ? "session" : "answer", result.planned)
        if plan.isOpenLoop {
            row("actual", result.actual)
            row("sent late", result.lateness)
        }
        row("connecting", result.connecting)
        row("greeting", result.greeting)
        let columns: [TextTable.Column] = [.left(12)] + .init(repeating: .right(11), count: 5) + [.right(12)]
        return rows.map { TextTable.line($0, columns) }
    }

    private typealias Row = (label: String, text: String)

    private func facts(_ result: RunResult) -> [String] {
        let rows = messages(result) + connections(result) + processes(result)
        return rows.flatMap { label, text in text.wrapped(80 - 13).labelled(label, width: 13) }
    }

    private func messages(_ result: RunResult) -> [Row] {
        let checked = result.messages > 0 && result.firstWrongByte == nil ? "; every byte was checked" : ""
        let lost = result.unanswered == 0 ? "" : ", \(Count(result.unanswered)) not answered"
        let answered = "\(Count(result.messages)) answered in \(TimeText(seconds: result.seconds))\(lost)\(checked)"
        guard plan.isOpenLoop else { return [("messages", answered)] }
        let due =
            "\(Count(result.plannedMessages)) came due, \(Count(result.waited)) of them waited until a client had room"
        return [("messages", answered), ("", due)]
    }

    private func connections(_ result: RunResult) -> [Row] {
        let ledger = result.ledger
        let stages =
            "asked \(Count(ledger.asked)), connected \(Count(ledger.connected)), greeted \(Count(ledger.greeted)), answered \(Count(ledger.answered))"
        let fates = Ledger.Fate.allCases.filter { ledger[$0] > 0 || $0 == .served }.map {
            "\(Self.name($0)) \(Count(ledger[$0]))"
        }
        var rows: [Row] = [
            ("connections", stages),
            ("", fates.joined(separator: ", ") + (ledger.tallies ? "" : " (does not tally)")),
        ]
        let fairness = result.fairness
        if plan.mode != .churn, fairness.clients > 1 {
            let shares = "\(Count(fairness.least)) to \(Count(fairness.most).of("message")) per client"
            let index = "Jain's index \(TimeText.digits(fairness.index))"
            rows.append(("fairness", "\(shares), \(index), never answered \(Count(fairness.neverAnswered))"))
        }
        return rows
    }

    private func processes(_ result: RunResult) -> [Row] {
        let generator = result.generator
        var rows: [Row] = [
            (
                "generator",
                "\(TimeText.digits(result.generatorMicrosecondsPerMessage)) us per message, \(Percent(generator.processorShare)) of a processor per thread, waited \(Percent(generator.waitShare))"
            )
        ]
        if let server = result.server { rows.append(("server", use(of: server, in: result))) }
        if let queue = result.listenQueue {
            let losses = "\(Count(queue.overflows).of("overflow")), \(Count(queue.drops).of("drop"))"
            rows.append(("this machine", "listen queues: \(losses)"))
        }
        return rows
    }

    private func use(of server: ServerUse, in result: RunResult) -> String {
        let time =
            server.processorShare.map {
                "\(TimeText.digits(result.serverMicrosecondsPerMessage ?? 0)) us per message, \(Percent($0)) of a processor"
            } ?? Self.unknownTime
        // Every process has private memory; that of another user's process cannot be read.
        let memory =
            server.privateBytes > 0
            ? "\(TimeText.digits(Double(server.privateBytes) / 1e6)) MB of its own" : "memory unknown"
        let least = server.areCountsLeast == true ? "at least " : ""
        let involuntary = Count(server.involuntarySwitches).of("other switch", "other switches")
        return
            "\(time), \(memory), \(Count(server.threads).of("thread")), \(least)\(Count(server.voluntarySwitches)) voluntary and \(involuntary)"
    }

    /// Where processes came and went and no control group counted their time.
    private static let unknownTime =
        "processor time unknown (it starts processes, and no control group could be made to count them)"

    static func name(_ fate: Ledger.Fate) -> String {
        switch fate {
        case .served: "served"
        case .refused: "refused"
        case .reset: "reset"
        case .timedOut: "timed out"
        case .closedEarly: "closed early"
        case .outOfPorts: "out of ports"
        case .outOfDescriptors: "out of descriptors"
        case .wrongBytes: "wrong bytes"
        case .givenUp: "given up"
        case .unreachable: "unreachable"
        case .selfConnected: "connected to themselves"
        }
    }

    /// Without a decimal point if it is whole.
    private func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Count(Int(number)))" : "\((number * 100).rounded() / 100)"
    }
}
