// What is found about a run, from what was measured of it.
import ServerHarness
import Support

/// Collects the findings of one run.
struct Judgement {
    /// A generator thread that uses more of a processor than this is taken for the limit.
    static let busyShare = 0.9
    /// A server that is idle for less than this share is itself the limit.
    static let idleShare = 0.1
    /// A message is sent late if it is late by more than this, in nanoseconds. No more than 1 in 100 may be.
    static let lateNanoseconds: UInt64 = 1_000_000
    /// With fewer than 500 messages, five may be late by less than this.
    static let veryLateNanoseconds: UInt64 = 50_000_000
    /// The window may be shorter than planned by a tenth.
    static let leastWindow = 0.9
    /// Unless that is less than this share of the measured times.
    static let lateShare = 0.1
    /// The share of the time for which a thread may have been stopped.
    static let pauseShare = 0.01
    /// The share of the time for which a thread may have waited for a processor.
    static let waitShare = 0.1

    private let result: RunResult
    private let plan: LoadPlan
    private var entries: [Validity.Entry] = []

    /// Judges a run. A part that will be merged with others is judged by itself, with its own plan.
    static func of(_ result: RunResult, plan: LoadPlan) -> Validity {
        var judgement = Self(result: result, plan: plan)
        judgement.judgeConnections()
        judgement.judgeMessages()
        judgement.judgeGenerator()
        return Validity(judgement.entries)
    }

    private init(result: RunResult, plan: LoadPlan) {
        self.result = result
        self.plan = plan
    }

    private mutating func find(_ finding: Finding, _ reason: String) {
        entries.append(.init(finding: finding, reason: reason))
    }

    // MARK: - The server

    private mutating func judgeConnections() {
        let ledger = result.ledger
        let asked = Count(ledger.asked).of("connection")
        let here = ledger[.outOfPorts] + ledger[.outOfDescriptors] + (ledger.connected > 0 ? ledger[.unreachable] : 0)
        if here > 0 { find(.machineLimit, "\(Count(here)) of \(asked) went wrong on this machine") }
        if let wrong = result.firstWrongByte {
            find(.wrongBytes, LoadTable.sentence(wrong))
        } else if ledger[.wrongBytes] > 0 {
            find(.wrongBytes, "\(Count(ledger[.wrongBytes])) of \(asked) got wrong bytes")
        }
        if result.serverEnded == true, ledger.connected > 0 {
            find(
                .ended,
                "the server has ended: at the end of the run its process was gone, or nothing listened at its address")
        }
        if ledger[.closedEarly] + ledger[.reset] > 0 {
            find(
                .broken,
                "the server closed \(Count(ledger[.closedEarly])) and reset \(Count(ledger[.reset])) of \(asked) before their end"
            )
        }
        let limit = TimeText(seconds: plan.timeoutSeconds)
        let refused = ledger[.refused] + ledger[.selfConnected]
        let toItself =
            ledger[.selfConnected] > 0 ? ", \(Count(ledger[.selfConnected])) had connected to themselves" : ""
        let told = "\(Count(refused)) of \(asked) were refused\(toItself)"
        if ledger.connected == 0, refused > 0 {
            find(.nobodyListens, "nothing listens there: \(told)")
        } else if refused > 0 {
            find(.refused, told)
        }
        if ledger.connected == 0, ledger[.timedOut] + ledger[.unreachable] > 0, here == 0 {
            find(.unreachable, "the server cannot be reached: no connection was established")
        } else if ledger.greeted == 0, ledger[.timedOut] > 0 {
            find(.mute, "the server accepts and is silent for \(limit)")
        } else if ledger[.timedOut] > 0 {
            find(.timedOut, "\(Count(ledger[.timedOut])) of \(asked) got no answer within \(limit)")
        }
    }

    private mutating func judgeMessages() {
        if result.unanswered > 0 {
            let all = result.unanswered + result.planned.count
            find(.unanswered, "\(Count(result.unanswered)) of \(Count(all).of("message")) were not answered")
        }
        judgeRate()
        guard result.planned.count == 0 else { return }
        find(
            .nothingMeasured,
            result.isInterrupted
                ? "the run was ended before anything was measured"
                : plan.isOpenLoop && result.plannedMessages == 0 && result.ledger.greeted > 0 && !isWindowShort
                    ? "no message came due in the measured window: give a longer --duration"
                    : "no message of the measured window was answered")
    }

    /// Whether as many messages were answered as came due. Some may be in flight at the end, but not many may still wait for a client.
    private mutating func judgeRate() {
        guard let rate = plan.rate, let waited = result.waitedAtEnd, result.seconds > 0 else { return }
        let due = Double(result.plannedMessages)
        // With --messages the window is as long as it takes.
        let asked = plan.messages == nil ? due / result.seconds : rate
        guard Double(waited) > max(0.02 * due, chance(due)), result.rate < 0.98 * asked else { return }
        find(
            .rateNotKept,
            "the rate was not kept: \(RateText(result.rate)) of \(RateText(asked)) messages per second were answered, and \(Count(waited)) still waited for a client at the end"
        )
    }

    /// By how much a number of messages may be off by chance: a random count varies by its square root.
    private func chance(_ number: Double) -> Double { plan.arrivals == .poisson ? 4 * number.squareRoot() : 2 }

    // MARK: - The generator

    private mutating func judgeGenerator() {
        if abs(result.clockDrift) > 0.01 {
            find(
                .clockTrouble,
                "clock trouble: the machine's clocks differ by \(Percent(abs(result.clockDrift))) over the run")
        }
        if plan.isOpenLoop {
            judgeOpenLoop()
        } else if result.planned.count > 0 {
            judgeClosedLoop()
        }
    }

    /// Whether the window was much shorter than planned, though nothing went wrong.
    private var isWindowShort: Bool {
        plan.messages == nil && !result.isInterrupted && result.ledger.errors == 0 && result.serverEnded != true
            && result.seconds < Self.leastWindow * plan.durationSeconds
    }

    /// Whether the generator itself kept too many messages waiting for too long.
    private mutating func judgeDelay() {
        let generator = result.generator
        let (all, usual) = (Double(result.plannedMessages), result.planned.percentile(99))
        var late = result.ownDelay(exceededBy: max(all / 100, min(5, all - 1)))
        if !Self.isLate(late, of: usual) {
            // A few messages may be a little late, and fewer than 1 in 100 may be very late.
            late = result.ownDelay(exceededBy: all / 100)
            guard late >= Self.veryLateNanoseconds, Self.isLate(late, of: usual) else { return }
        }
        if let pause = generator.pauseSeconds {
            return find(
                .lateSending,
                "the generator did not run for \(TimeText(seconds: pause)) (it was stopped, or the machine was busy): it kept 1 message in 100 waiting for \(TimeText(late)) or more"
            )
        }
        find(
            .lateSending,
            "late sending: 1 message in 100 was sent \(TimeText(late)) or more after its planned moment (median \(TimeText(result.lateness.percentile(50)))), and the generator used \(Percent(generator.processorShare)) of a processor"
        )
    }

    /// Whether the generator's own delay is too large a part of a measured time; both in nanoseconds.
    static func isLate(_ delay: UInt64, of time: UInt64) -> Bool {
        delay > lateNanoseconds && Double(delay) > lateShare * Double(time)
    }

    private mutating func judgeOpenLoop() {
        let generator = result.generator
        if result.planned.count > 0 { judgeDelay() }
        if isWindowShort {
            find(
                .missedTicks,
                "missed ticks: the measured window was \(TimeText(seconds: result.seconds)) long instead of \(TimeText(seconds: plan.durationSeconds)): the generator was late at its start"
            )
        }
        let asked = (plan.rate ?? 0) * result.seconds
        if Double(result.plannedMessages) < 0.98 * asked - chance(asked), !result.isInterrupted, plan.messages == nil,
            result.planned.count > 0
        {
            find(
                .fewCameDue,
                "the rate was not reached: only \(Count(result.plannedMessages)) of \(Count(Int(asked)).of("message")) came due in the window"
            )
        }
        if generator.processorShare > Self.busyShare {
            find(
                .generatorBusy,
                "the generator was the limit: it used \(Percent(generator.processorShare)) of a processor, and \(Count(result.waited).of("message")) waited for a client"
            )
        }
        if generator.waitShare > Self.waitShare {
            find(
                .missedTicks,
                "missed ticks: the generator waited for a processor for \(Percent(generator.waitShare)) of the time")
        }
    }

    /// A generator that is slow, or stopped, sends less and reads answers late: the server's true rate is at least as high, and its times
    /// are at most as long.
    private mutating func judgeClosedLoop() {
        let generator = result.generator
        if let pause = generator.pauseSeconds, pause > Self.pauseShare * result.seconds {
            let reach =
                (result.paused?.count).map { ", which is part of the times of \(Count($0).of("message"))" } ?? ""
            find(
                .generatorLimit,
                "the generator did not run for \(TimeText(seconds: pause)) of \(TimeText(seconds: result.seconds)) (it was stopped, or the machine was busy)\(reach)"
            )
        }
        guard generator.processorShare + generator.waitShare > Self.busyShare else { return }
        let used =
            "the generator was the limit: it used \(Percent(generator.processorShare)) of a processor and waited for one for \(Percent(generator.waitShare)) of the time"
        guard let idle = result.server?.idleShare else {
            let remedy = result.server == nil ? " (--pid shows it)" : ": its processor time is unknown"
            return find(.generatorLimit, "\(used); whether the server was busy too is unknown\(remedy)")
        }
        if idle > Self.idleShare || generator.waitShare > Self.waitShare {
            find(.generatorLimit, "\(used), while the server was idle for \(Percent(max(0, idle)))")
        }
    }
}
