// Whose fault a late message is (pitfall 32), and what waits without being kept.
import Glibc
import LinuxIO
import ServerHarness
import SimulatedKernel
import TestSupport
import Testing

@testable import EcoLoad

@Suite("A delay")
struct OwnDelayTests {
    @Test(
        "is the generator's if a client had room and the generator did not run, and so is that of all messages behind it"
    )
    func absence() {
        var delay = OwnDelay()
        delay.looks(at: 100, due: 99, hasRoom: true, isFresh: true)
        #expect(delay.part(of: 1) == 1)
        // The generator does not run for 1000; ten messages are due by then, and clients had room.
        delay.looks(at: 1_100, due: 110, hasRoom: true, isFresh: true)
        #expect(delay.part(of: 990) == 990 && delay.part(of: 40) == 40)
        // The burst finds clients busy: still the generator's, until nothing waits.
        delay.looks(at: 1_200, due: 1_150, hasRoom: false, isFresh: false)
        #expect(delay.part(of: 50) == 50 && delay.part(of: 5_000) == 990)
        delay.looks(at: 9_000, due: 8_999, hasRoom: true, isFresh: true)
        #expect(delay.part(of: 5_000) == 1)
    }

    @Test("is the server's where no client had room, however late the generator looks")
    func stall() {
        var delay = OwnDelay()
        delay.looks(at: 100, due: 100, hasRoom: true, isFresh: true)
        for moment in stride(from: Int64(200), to: 2_000, by: 10) {
            delay.looks(at: moment, due: moment - 9, hasRoom: false, isFresh: moment == 200)
        }
        #expect(delay.part(of: 1_000) == 0)
        // While they waited the generator stood still.
        delay.noteAbsence(for: 300, until: 2_300)
        #expect(delay.part(of: 1_000) == 300)
    }

    @Test("of the generator is counted by the messages that it exceeds")
    func exceeded() {
        var result = RunResult.sample(answered: 1_000)
        for delay in 1...20 { result.lateness.note(Int64(delay) * 1_000_000) }
        #expect(result.ownDelay(exceededBy: 20) == 0)
        #expect(abs(Double(result.ownDelay(exceededBy: 10)) - 10e6) < 2e4)
        #expect(abs(Double(result.ownDelay(exceededBy: 0)) - 20e6) < 2e4)
    }

    @Test("decides no objective: one that would be kept without it is neither kept nor missed")
    func objective() throws {
        var result = RunResult.sample(answered: 10_000)
        result.plannedMessages = 10_000
        result.planned.note(60_000_000, count: 50)
        for text in ["p99.9<5ms", "max<5ms"] {
            #expect(try #require(Objective(text)).judge(result.judged()) == .missed(result.misses(text)))
        }
        result.lateness.note(59_000_000, count: 50)
        let judged = result.judged()
        #expect(judged.validity.word == .valid)
        #expect(try #require(Objective("p99<5ms")).judge(judged) == .kept)
        for text in ["p99.9<5ms", "max<5ms"] {
            guard case .undecided = try #require(Objective(text)).judge(judged) else {
                Issue.record("\(text) is decided")
                continue
            }
        }
        guard case .missed = try #require(Objective("p99.9<0.5ms")).judge(judged) else {
            Issue.record("what is missed in any case is not told")
            return
        }
    }

    @Test("may be small for five of few messages, and large for fewer than one in a hundred")
    func fewMessages() {
        var plan = LoadPlan()
        plan.rate = 12
        // Twelve answers of a millisecond, and some that the generator has kept waiting.
        func word(_ number: Int, late nanoseconds: Int64) -> Validity.Word {
            var result = RunResult.sample(answered: 12 - number)
            result.plannedMessages = 12
            result.planned.note(nanoseconds + 1_000_000, count: number)
            result.lateness.note(nanoseconds, count: number)
            return result.judged(plan).validity.word
        }
        #expect(word(5, late: 20_000_000) == .valid && word(6, late: 20_000_000) == .invalid)
        #expect(word(1, late: 60_000_000) == .invalid && word(1, late: 700_000_000) == .invalid)
    }

    @Test("decides no mean")
    func mean() throws {
        var result = RunResult.sample(answered: 1_000)
        result.plannedMessages = 1_000
        result.planned.note(900_000_000, count: 9)
        guard case .missed = try #require(Objective("mean<5ms")).judge(result.judged()) else {
            Issue.record("the server's mean is not missed")
            return
        }
        result.lateness.note(899_000_000, count: 9)
        let judged = result.judged()
        #expect(judged.validity.word == .valid)
        for (text, isUndecided) in [("mean<5ms", true), ("mean<0.5ms", false)] {
            guard case .undecided = try #require(Objective(text)).judge(judged) else {
                #expect(!isUndecided, "\(text)")
                continue
            }
            #expect(isUndecided, "\(text)")
        }
    }

    @Test("is found even if nothing was answered: a rate that the generator cannot send says nothing about the server")
    func nothingMeasured() throws {
        var result = RunResult.sample(answered: 0)
        (result.plannedMessages, result.unanswered) = (2_000_000, 2_000_000)
        result.generator.waitShare = 0.69
        var plan = LoadPlan()
        plan.rate = 2_000_000
        var validity = result.judged(plan).validity
        #expect(validity.word == .invalid && validity.exitStatus == 70 && validity.has(.missedTicks))
        (result.generator.waitShare, result.generator.processorShare) = (0, 1)
        validity = result.judged(plan).validity
        #expect(validity.exitStatus == 70 && validity.has(.generatorBusy))
        result.validity = validity
        guard case .undecided = try #require(Objective("p99<1ms")).judge(result) else {
            Issue.record("the generator's limit is the server's miss")
            return
        }
        // As with a server that never answers, where the generator has nothing to do.
        result.generator.processorShare = 0
        #expect(result.judged(plan).validity.exitStatus == 75)
    }

    @Test("does not shorten a window silently")
    func window() {
        var result = RunResult.sample()
        var plan = LoadPlan()
        (plan.rate, plan.durationSeconds) = (1_000, 2)
        #expect(Judgement.of(result, plan: plan).has(.missedTicks))
        result.isInterrupted = true
        #expect(!Judgement.of(result, plan: plan).has(.missedTicks))
    }
}

extension RunResult {
    fileprivate func misses(_ text: String) -> [Objective.Miss] { Objective(text)?.judge(judged()).misses ?? [] }
}

@Suite("What comes due")
struct BacklogTests {
    @Test("may be skipped, and is counted as if it had been processed", arguments: LoadPlan.Arrivals.allOfThem)
    func skip(arrivals: LoadPlan.Arrivals) {
        for rate in [0.4, 3, 777, 30_000] {
            var (one, other) = (
                Schedule(rate: rate, arrivals: arrivals, start: 1_000, seed: 3),
                Schedule(rate: rate, arrivals: arrivals, start: 1_000, seed: 3)
            )
            for limit: Int64 in [1_000, 1_001, 500_000, 1_000_000_000, 1_000_000_001, 7_000_000_000] {
                var number = 0
                while one.next < limit {
                    one.advance()
                    number += 1
                }
                #expect(other.skip(before: limit, atMost: .max) == number, "\(rate) until \(limit)")
                #expect(one.next == other.next)
            }
            #expect(other.skip(before: .max / 2, atMost: 5) == 5)
        }
    }

    @Test("at a hundred million per second is counted quickly", arguments: LoadPlan.Arrivals.allOfThem)
    func manyAreCounted(arrivals: LoadPlan.Arrivals) {
        var schedule = Schedule(rate: 1e8, arrivals: arrivals, start: 0, seed: 1)
        let number = schedule.skip(before: 1_000_000_000_000, atMost: .max)
        #expect(abs(Double(number) - 1e11) < 1e7)
        #expect(schedule.next >= 1_000_000_000_000)
    }

    @Test("waits in the order in which it came due, and takes no memory")
    func backlog() {
        var schedule = Schedule(rate: 1_000, arrivals: .uniform, start: 0, seed: 1)
        var backlog = Backlog()
        let window: Range<Int64> = 3_000_000..<9_000_000
        var moments: [Int64] = []
        for number in 0..<10 {
            moments.append(schedule.next)
            backlog.add(inWindow: window.contains(schedule.next) ? 1 : 0, from: schedule)
            schedule.advance()
            // Removals meanwhile leave the others in their order.
            if number == 4 { #expect(backlog.popFirst(window) == moments.removeFirst()) }
        }
        #expect(backlog.count == 9 && backlog.inWindow == 6)
        let first = schedule
        let skipped = schedule.skip(before: 1_000_000_000, atMost: .max)
        backlog.add(skipped, inWindow: 0, from: first)
        for moment in moments { #expect(backlog.popFirst(window) == moment) }
        #expect(backlog.popFirst(window) == first.next && backlog.count == skipped - 1 && backlog.inWindow == 0)
        #expect(MemoryLayout<Backlog>.size < 200)
    }
}

#if DEBUG
    @Suite("A pause of the generator")
    struct OwnPauseTests {
        /// A run with a pause of half a second somewhere in it.
        private static func load(
            _ server: LoadServer, after occasion: Int, _ configure: (inout LoadPlan) -> Void
        ) throws -> RunResult {
            let kernel = ScriptedKernel()
            PauseTests.pause(kernel, occasion, for: 0.5)
            let result = try kernel.run { try server.load(configure) }
            #expect(kernel.script.unusedRules == 0)
            return result
        }

        /// One client has nothing in flight in every other wait, and all of the messages due wait for its answer in the others.
        @Test(
            "is its own lateness for every message that was due, not for the first alone", arguments: [1, 4],
            [100, 101])
        func pitfall32(clients: Int, occasion: Int) throws {
            let result = try Self.load(LoadServer([]), after: occasion) {
                $0.clients = clients
                $0.rate = 500
                $0.durationSeconds = 2
            }
            // 250 were due meanwhile; those sent in time are late by less than a tenth of that.
            let late = result.lateness
            #expect(result.validity.word == .invalid && result.validity.has(.lateSending), "\(result.validity.reasons)")
            #expect(result.lateness.count > result.waited * 5, "\(result.waited) waited for the server")
            #expect(late.percentile(100 - 100 * 150.0 / Double(late.count)) > 100_000_000)
            #expect(result.generator.pauseSeconds.map { $0 > 0.4 } == true)
        }

        @Test("in a closed loop makes the rate a lower bound, and decides no objective about the messages that met it")
        func closedLoop() throws {
            let result = try Self.load(LoadServer([]), after: 100) {
                $0.clients = 2
                $0.messages = 1_000
                $0.durationSeconds = 100
                $0.timeoutSeconds = 10
            }
            #expect(result.validity.has(.generatorLimit) && result.validity.word == .lowerBound)
            #expect(result.validity.reasons.contains { $0.contains("did not run for") }, "\(result.validity.reasons)")
            // Two were under way; a machine that is busy makes pauses of its own, and not fifty of them.
            #expect((1..<100).contains(result.paused?.count ?? 0))
            #expect(result.generator.pauseSeconds.map { $0 > 0.4 } == true)
            let judged = try #require(Objective("max<100ms")).judge(result)
            guard case .undecided = judged else {
                Issue.record("\(judged)")
                return
            }
        }

        @Test("is not taken for a stall of the server, nor a stall for a pause")
        func serversStall() throws {
            let result = try LoadServer.loadOfStall()
            #expect(result.waited > 200 && result.planned.count == result.plannedMessages)
            #expect(result.lateness.count + result.waited == result.plannedMessages)
        }
    }
#endif
