// The result of one run.
public import ServerHarness

/// The figures of one run.
public struct RunResult: Sendable, Codable {
    /// When the window began, in seconds since 1970, and how long it was.
    public var begin: Double
    public var seconds: Double
    /// Messages answered in the window, and those planned in it that never were.
    public var messages: Int
    public var unanswered: Int
    /// How long messages of the window had waited for their answers when the run was ended early. Nil if there were none.
    public var givenUp: Times?
    /// Open loop: messages planned in the window, and how many of them waited until a client had room.
    public var plannedMessages: Int
    public var waited: Int
    /// Open loop: how many still waited for a client at the window's end.
    public var waitedAtEnd: Int?
    public var bytesOut: Int
    public var bytesIn: Int

    /// Times of the window's messages from the planned moment of sending to the answer, and from the actual moment.
    public var planned: Times
    public var actual: Times
    /// How late the generator itself sent messages: a client had room for them, or would have had room if the generator had been running.
    /// Each message of the window is either here or among those that waited. Only in an open loop, like `actual`.
    public var lateness: Times
    /// For messages that were in flight while the generator did not run: how much of their time that may be. Nil if there were none.
    public var paused: Times?
    /// Times of connecting, and from then to the end of the greeting.
    public var connecting: Times
    public var greeting: Times

    public var ledger: Ledger
    public var fairness: Fairness
    public var firstWrongByte: WrongByte?
    public var series: [SecondSample]
    public var generator: GeneratorUse
    public var server: ServerUse?
    public var listenQueue: ListenQueue?
    /// True if at the end of the run the server's process was gone, or nothing listened any more. Known only for a server on this machine.
    public var serverEnded: Bool?
    /// The difference between the machine's clocks, as a share of the run.
    public var clockDrift: Double
    public var isInterrupted: Bool
    public var validity: Validity

    /// Messages per second.
    public var rate: Double { seconds > 0 ? Double(messages) / seconds : 0 }

    /// The share of the window's messages that were not answered, or the share of the connections that went wrong if that is larger: a
    /// client that is not connected sends nothing, and would have got no answer.
    public var unansweredShare: Double {
        let messages = knownTimes.count + unanswered
        return max(
            messages > 0 ? Double(unanswered) / Double(messages) : 1,
            ledger.asked > 0 ? Double(ledger.errors) / Double(ledger.asked) : 0)
    }

    /// The time in nanoseconds that this percentage of the window's messages does not exceed, where unanswered messages count as the
    /// slowest. Call it only if that many were answered.
    func percentileOfAll(_ percent: Double) -> UInt64 {
        let times = knownTimes
        let share = Double(times.count + unanswered) / Double(max(1, times.count))
        return times.percentile(min(100, percent * share))
    }

    /// The times of answers, and for messages that were given up the times until then: their answers would have taken at least as long.
    var knownTimes: Times {
        var times = planned
        if let givenUp { times.add(givenUp) }
        return times
    }

    /// How long the generator itself kept messages waiting, in nanoseconds: this many of the window's messages were kept waiting for
    /// longer. 0 if there are not that many.
    func ownDelay(exceededBy number: Double) -> UInt64 {
        var own = lateness
        if let paused { own.add(paused) }
        guard own.count > 0, Double(own.count) > number else { return 0 }
        return own.percentile(100 - 100 * max(0, number) / Double(own.count))
    }

    /// By how much that may have raised the mean time, in nanoseconds.
    var meanOwnDelay: UInt64 {
        guard planned.count > 0 else { return 0 }
        let sum = [lateness, paused].compactMap(\.self).reduce(0) { $0 + $1.mean * Double($1.count) }
        return UInt64(sum / Double(planned.count))
    }

    /// The server's processor time per message, in microseconds; nil if the server was not measured, or its time is not known.
    public var serverMicrosecondsPerMessage: Double? {
        guard let seconds = server?.processorSeconds, messages > 0 else { return nil }
        return seconds * 1e6 / Double(messages)
    }

    /// Whether the server was measured, but not all of its processes.
    public var isServerTimeUnknown: Bool { server.map { $0.processorSeconds == nil } ?? false }

    /// The generator's.
    public var generatorMicrosecondsPerMessage: Double {
        messages > 0 ? generator.processorSeconds * 1e6 / Double(messages) : 0
    }

    /// Adds another machine's figures of the same run: histograms, ledgers and counts without loss. The rate is the sum of both rates,
    /// however long the windows were; the window of the sum is as long as that rate implies. If one machine measured the server, its use
    /// per second counts for all of them.
    public mutating func merge(_ other: Self) {
        begin = min(begin, other.begin)
        let sum = rate + other.rate
        let seen = server == nil ? other.seconds : seconds
        messages &+= other.messages
        if seconds != other.seconds { seconds = sum > 0 ? Double(messages) / sum : max(seconds, other.seconds) }
        unanswered &+= other.unanswered
        givenUp = Times.sum(givenUp, other.givenUp)
        plannedMessages &+= other.plannedMessages
        waited &+= other.waited
        waitedAtEnd = [waitedAtEnd, other.waitedAtEnd].compactMap(\.self).reduce(nil) { ($0 ?? 0) &+ $1 }
        bytesOut &+= other.bytesOut
        bytesIn &+= other.bytesIn
        planned.add(other.planned)
        actual.add(other.actual)
        lateness.add(other.lateness)
        paused = Times.sum(paused, other.paused)
        connecting.add(other.connecting)
        greeting.add(other.greeting)
        ledger += other.ledger
        fairness += other.fairness
        firstWrongByte = firstWrongByte ?? other.firstWrongByte
        series = SecondSample.merged(series, other.series)
        generator.threads += other.generator.threads
        generator.processorSeconds += other.generator.processorSeconds
        generator.waitSeconds += other.generator.waitSeconds
        generator.processorShare = max(generator.processorShare, other.generator.processorShare)
        generator.waitShare = max(generator.waitShare, other.generator.waitShare)
        generator.privateBytes += other.generator.privateBytes
        generator.pauseSeconds = [generator.pauseSeconds, other.generator.pauseSeconds].compactMap(\.self).max()
        server = server ?? other.server
        if seconds != seen, seen > 0 { server?.scale(by: seconds / seen) }
        listenQueue = listenQueue ?? other.listenQueue
        serverEnded = serverEnded == true ? true : other.serverEnded ?? serverEnded
        clockDrift = abs(other.clockDrift) > abs(clockDrift) ? other.clockDrift : clockDrift
        isInterrupted = isInterrupted || other.isInterrupted
        validity = .union([validity, other.validity])
    }
}

extension SecondSample {
    /// Two machines' seconds: counts are added; for percentiles the larger is kept, since percentiles cannot be added.
    static func merged(_ left: [Self], _ right: [Self]) -> [Self] {
        var all: [Int: Self] = [:]
        for sample in left + right {
            guard var sum = all[sample.second] else {
                all[sample.second] = sample
                continue
            }
            sum.messages += sample.messages
            sum.p50 = Swift.max(sum.p50, sample.p50)
            sum.p99 = Swift.max(sum.p99, sample.p99)
            sum.max = Swift.max(sum.max, sample.max)
            sum.clients += sample.clients
            sum.errors += sample.errors
            all[sample.second] = sum
        }
        return all.values.sorted { $0.second < $1.second }
    }
}
