// The table at the end of a run: what a person reads in ten seconds, in 80 columns.

/// Writes a run's figures.
public struct LoadTable: Sendable {
    private let plan: LoadPlan

    public init(_ plan: LoadPlan) { self.plan = plan }

    /// What is going to be done, in a line.
    public var heading: String {
        let sizes = plan.sizes.entries.map { "\(Count($0.bytes)) B" }.joined(separator: ", ")
        let length = plan.messages.map { Count($0).of("message") } ?? "\(short(plan.durationSeconds)) s"
        let clients = Count(plan.clients).of("client")
        switch plan.mode {
        case .churn:
            return
                "\(clients) that come and go, \(length) after \(short(plan.warmupSeconds)) s of warm-up, seed \(plan.seed)"
        case .hold: return "\(clients), idle for \(length), then asked once each, seed \(plan.seed)"
        case .talk:
            let pace =
                plan.rate.map {
                    "\(short($0)) a second (\(plan.arrivals.rawValue)), at most \(plan.depth) in flight each"
                } ?? "\(plan.depth) in flight each"
            return
                "\(clients), \(sizes), \(pace), \(length) after \(short(plan.warmupSeconds)) s of warm-up, seed \(plan.seed)"
        }
    }

    /// A text in lines of 80 columns.
    public static func paragraph(_ text: String) -> String {
        wrapped(text, indent: 0, width: 80).joined(separator: "\n") + "\n"
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

    /// The first word, and what it is about.
    private func verdict(_ result: RunResult) -> [String] {
        let least = result.validity.word == .lowerBound ? "at least " : ""
        let what = plan.mode == .churn ? "sessions" : "messages"
        let early = result.isInterrupted ? ", ended early after \(short(result.seconds)) s" : ""
        var lines = [
            "\(result.validity.word.rawValue)  \(least)\(RateText(result.rate)) \(what) a second, \(Self.errors(result))\(early)"
        ]
        if let rate = plan.rate, result.rate < 0.98 * rate, !result.validity.has(.rateNotKept) {
            lines += Self.wrapped("asked were \(RateText(rate)) a second", indent: 2, width: 78)
        }
        for reason in result.validity.reasons { lines += Self.wrapped(reason, indent: 2, width: 78) }
        return lines
    }

    /// What went wrong, in a few words.
    private static func errors(_ result: RunResult) -> String {
        let (connections, messages) = (result.ledger.errors, result.unanswered)
        if connections > 0 { return "\(Count(connections)) connection\(connections == 1 ? "" : "s") went wrong" }
        if messages > 0 { return "\(Count(messages)) message\(messages == 1 ? "" : "s") not answered" }
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
        let columns = ["p50", "p90", "p99", "p99.9", "max"]
        var lines = ["".padded(12) + columns.map { $0.leftPadded(11) }.joined() + "count".leftPadded(12)]
        func row(_ name: String, _ times: Times) {
            guard times.count > 0 else { return }
            let values =
                [50, 90, 99, 99.9].map { TimeText(times.percentile($0)).description } + [
                    TimeText(times.max).description
                ]
            lines.append(
                name.padded(12) + values.map { $0.leftPadded(11) }.joined() + "\(Count(times.count))".leftPadded(12))
        }
        row(plan.isOpenLoop ? "planned" : plan.mode == .churn ? "session" : "answer", result.planned)
        if plan.isOpenLoop {
            row("actual", result.actual)
            row("sent late", result.lateness)
        }
        row("connecting", result.connecting)
        row("greeting", result.greeting)
        return lines
    }

    private func facts(_ result: RunResult) -> [String] {
        let ledger = result.ledger
        var rows: [(String, String)] = []
        let checked = result.messages > 0 && result.firstWrongByte == nil ? "; every byte was checked" : ""
        let lost = result.unanswered == 0 ? "" : ", \(Count(result.unanswered)) not answered"
        rows.append(
            (
                "messages",
                "\(Count(result.messages)) answered in \(TimeText(UInt64(max(0, result.seconds) * 1e9)))\(lost)\(checked)"
            ))
        if plan.isOpenLoop {
            rows.append(
                (
                    "",
                    "\(Count(result.plannedMessages)) came due, \(Count(result.waited)) of them waited until a client had room"
                ))
        }
        rows.append(
            (
                "connections",
                "asked \(Count(ledger.asked)), connected \(Count(ledger.connected)), greeted \(Count(ledger.greeted)), answered \(Count(ledger.answered))"
            ))
        let fates = Ledger.Fate.allCases.filter { ledger[$0] > 0 || $0 == .served }.map {
            "\(Self.name($0)) \(Count(ledger[$0]))"
        }
        rows.append(("", fates.joined(separator: ", ") + (ledger.tallies ? "" : " (does not tally)")))
        if plan.mode != .churn, result.fairness.clients > 1 {
            rows.append(
                (
                    "fairness",
                    "\(Count(result.fairness.least)) to \(Count(result.fairness.most).of("message")) a client, Jain's index \(TimeText.digits(result.fairness.index)), never answered \(Count(result.fairness.neverAnswered))"
                ))
        }
        rows.append(
            (
                "generator",
                "\(TimeText.digits(result.generatorMicrosecondsPerMessage)) us a message, \(percent(result.generator.processorShare)) of a processor a thread, waited \(percent(result.generator.waitShare))"
            ))
        if let server = result.server {
            let time =
                server.processorShare.map {
                    "\(TimeText.digits(result.serverMicrosecondsPerMessage ?? 0)) us a message, \(percent($0)) of a processor"
                } ?? Self.unknownTime
            // Every process has memory of its own; none is seen of another user's.
            let memory =
                server.privateBytes > 0
                ? "\(TimeText.digits(Double(server.privateBytes) / 1e6)) MB of its own" : "memory unknown"
            let least = server.areCountsLeast == true ? "at least " : ""
            rows.append(
                (
                    "server",
                    "\(time), \(memory), \(Count(server.threads).of("thread")), \(least)\(Count(server.voluntarySwitches)) voluntary and \(Count(server.involuntarySwitches).of("other switch", "other switches"))"
                ))
        }
        if let queue = result.listenQueue {
            rows.append(
                (
                    "this machine",
                    "listen queues: \(Count(queue.overflows).of("overflow")), \(Count(queue.drops).of("drop"))"
                ))
        }
        return rows.flatMap { label, text in
            Self.wrapped(text, indent: 13, width: 80).enumerated().map {
                $0 == 0 ? label.padded(13) + $1.dropFirst(13) : $1
            }
        }
    }

    /// Where processes have come and gone and nobody has counted them.
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
        case .selfConnected: "met themselves"
        }
    }

    static func wrapped(_ text: String, indent: Int, width: Int) -> [String] {
        var lines = [String(repeating: " ", count: indent)]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.count + word.count + 1 > width, line.count > indent {
                lines.append(String(repeating: " ", count: indent) + word)
            } else {
                lines[lines.count - 1] = line.count == indent ? line + word : "\(line) \(word)"
            }
        }
        return lines
    }

    /// Without a point where it is whole.
    private func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Count(Int(number)))" : "\((number * 100).rounded() / 100)"
    }
}

/// A whole number with its digits in groups of three.
public struct Count: CustomStringConvertible, Sendable {
    public let description: String
    private let isOne: Bool

    public init(_ number: Int) {
        let digits = String(number.magnitude)
        var text = ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        description = number < 0 ? "-\(text)" : text
        isOne = number == 1
    }

    /// With what is counted: `1 client`, `2 clients`; `several` where an s is not enough.
    public func of(_ one: String, _ several: String? = nil) -> String {
        "\(self) \(isOne ? one : several ?? one + "s")"
    }
}

extension String {
    func padded(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
    func leftPadded(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }
}
