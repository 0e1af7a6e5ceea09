// Whose fault a late message is (pitfall 32).
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
