// What is found about a run, from what was measured of it.

/// Collects the findings of one run.
struct Judgement {
    /// A generator thread that uses more of a processor than this is taken for the limit.
    static let busyShare = 0.9
    /// A server that is idle for less than this is the limit itself.
    static let idleShare = 0.1
    /// Sending is late if it is so by more than this, in nanoseconds; of so many messages at least 99 in 100 must not be.
    static let lateNanoseconds: UInt64 = 1_000_000
    /// Unless that is less than this share of the times measured.
    static let lateShare = 0.1
    /// A thread may not have run for this share of the time.
    static let pauseShare = 0.01
    /// A thread may have waited for a processor for this share of the time.
    static let waitShare = 0.1

    private let result: RunResult
    private let plan: LoadPlan
    private var entries: [Validity.Entry] = []

    /// Judges a run. A part of a run that is added to others is judged by itself, with its own plan.
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
        if ledger[.closedEarly] + ledger[.reset] > 0 {
            find(
                .broken,
                "the server closed \(Count(ledger[.closedEarly])) and reset \(Count(ledger[.reset])) of \(asked) before their end"
            )
        }
        let limit = TimeText(seconds: plan.timeoutSeconds)
        if ledger.connected == 0, ledger[.refused] > 0 {
            find(
                .nobodyListens, "nothing listens there: \(Count(ledger[.refused])) of \(asked) were refused"
            )
        } else if ledger[.refused] > 0 {
            find(.refused, "\(Count(ledger[.refused])) of \(asked) were refused")
        }
        if ledger.connected == 0, ledger[.timedOut] + ledger[.unreachable] > 0, here == 0 {
            find(.unreachable, "the server cannot be reached: no connection came about")
        } else if ledger.greeted == 0, ledger[.timedOut] > 0 {
            find(.mute, "the server accepts and says nothing within \(limit)")
        } else if ledger[.timedOut] > 0 {
            find(.timedOut, "\(Count(ledger[.timedOut])) of \(asked) waited in vain for \(limit)")
        }
    }

    private mutating func judgeMessages() {
        if result.unanswered > 0 {
            let all = result.unanswered + result.planned.count
            find(.unanswered, "\(Count(result.unanswered)) of \(Count(all).of("message")) were not answered")
        }
        guard result.planned.count == 0 else { return }
        find(
            .nothingMeasured,
            result.isInterrupted
                ? "the run was ended before anything was measured"
                : plan.isOpenLoop && result.plannedMessages == 0
                    ? "no message came due in the measured window: give a longer --duration"
                    : "no message of the measured window was answered")
    }

    // MARK: - The generator

    private mutating func judgeGenerator() {
        if abs(result.clockDrift) > 0.01 {
            find(
                .clockTrouble,
                "clock trouble: the machine's clocks differ by \(percent(abs(result.clockDrift))) over the run")
        }
        // Without figures it does not matter what they would have been worth.
        guard result.planned.count > 0 else { return }
        judgeDelay()
        if plan.isOpenLoop { judgeOpenLoop() } else { judgeClosedLoop() }
    }

    /// Whether the generator itself has kept too many messages waiting for too long.
    private mutating func judgeDelay() {
        let generator = result.generator
        let all = Double(plan.isOpenLoop ? result.plannedMessages : result.planned.count)
        // Of few messages one late one is no share.
        let late = result.ownDelay(exceededBy: max(all / 100, min(5, all - 1)))
        guard Self.isLate(late, of: result.planned.percentile(99)) else { return }
        if let pause = generator.pauseSeconds {
            return find(
                .lateSending,
                "the generator did not run for \(TimeText(seconds: pause)) (it was stopped, or the machine was busy): 1 message in 100 was kept waiting by it for \(TimeText(late)) or more"
            )
        }
        find(
            .lateSending,
            "late sending: 1 message in 100 was sent \(TimeText(late)) or more after its planned moment (median \(TimeText(result.lateness.percentile(50)))), and the generator used \(percent(generator.processorShare)) of a processor"
        )
    }

    /// Whether a delay of the generator's own is too much of a measured time, both in nanoseconds.
    static func isLate(_ delay: UInt64, of time: UInt64) -> Bool {
        delay > lateNanoseconds && Double(delay) > lateShare * Double(time)
    }

    private mutating func judgeOpenLoop() {
        let generator = result.generator
        let asked = (plan.rate ?? 0) * result.seconds
        // What is due at random varies by its square root.
        let chance = plan.arrivals == .poisson ? 4 * asked.squareRoot() : 2
        if Double(result.plannedMessages) < 0.98 * asked - chance, !result.isInterrupted, plan.messages == nil {
            find(
                .fewCameDue,
                "the rate was not reached: only \(Count(result.plannedMessages)) of \(Count(Int(asked)).of("message")) came due in the window"
            )
        }
        if generator.processorShare > Self.busyShare {
            find(
                .generatorBusy,
                "the generator was the limit: it used \(percent(generator.processorShare)) of a processor, and \(Count(result.waited).of("message")) waited for a client"
            )
        }
        if generator.waitShare > Self.waitShare {
            find(
                .missedTicks,
                "missed ticks: the generator waited for a processor for \(percent(generator.waitShare)) of the time")
        }
    }

    private mutating func judgeClosedLoop() {
        let generator = result.generator
        if let pause = generator.pauseSeconds, pause > Self.pauseShare * result.seconds {
            find(
                .generatorLimit,
                "the generator did not run for \(TimeText(seconds: pause)) of \(TimeText(seconds: result.seconds))")
        }
        guard generator.processorShare + generator.waitShare > Self.busyShare else { return }
        let used =
            "the generator was the limit: it used \(percent(generator.processorShare)) of a processor and waited for one for \(percent(generator.waitShare)) of the time"
        guard let idle = result.server?.idleShare else {
            return find(.generatorLimit, "\(used); whether the server was busy too is not visible (--pid shows it)")
        }
        if idle > Self.idleShare || generator.waitShare > Self.waitShare {
            find(.generatorLimit, "\(used), while the server was idle for \(percent(max(0, idle)))")
        }
    }
}

/// A share as people write it.
func percent(_ share: Double) -> String {
    guard share.isFinite, abs(share) < 1e6 else { return "?" }
    return share < 0.095 ? "\((share * 1000).rounded() / 10) %" : "\(Int((share * 100).rounded())) %"
}
