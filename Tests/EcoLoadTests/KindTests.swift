// Kinds of load, and what a generator is told before it starts.
import LinuxIO
import Testing

@testable import EcoLoad

@Suite("A kind of load")
struct KindTests {
    private static func plan(_ configure: (inout LoadPlan) -> Void) -> LoadPlan {
        var plan = LoadPlan()
        configure(&plan)
        return plan
    }

    /// Whether it counts sessions, has a schedule, and measures at the end.
    private static func facts(_ configure: (inout LoadPlan) -> Void) -> [Bool] {
        let kind = plan(configure).kind
        return [kind.countsSessions, kind.hasSchedule, kind.measuresAtEnd]
    }

    @Test("is the one that the plan asks for")
    func chosen() {
        #expect(Self.facts { $0.mode = .talk } == [false, false, false])
        #expect(Self.facts { $0.rate = 100 } == [false, true, false])
        #expect(Self.facts { $0.mode = .churn } == [true, false, false])
        #expect(Self.facts { $0.mode = .hold } == [false, false, true])
    }

    @Test("makes room for the messages that may be in flight: depth per client in a closed loop, one in an open one")
    func room() {
        let plan = Self.plan { $0.depth = 7 }
        #expect(ClosedLoop.roomInFlight(plan, clients: 10) == 70)
        #expect(OpenLoop.roomInFlight(plan, clients: 10) == 10)
    }

    @Test("is shared out among threads: every client, all of the rate, and every message", arguments: [1, 2, 3, 7])
    func shares(threads: Int) throws {
        let plan = Self.plan {
            $0.clients = 10
            $0.threads = threads
            $0.rate = 1000
            $0.messages = 101
        }
        let tape = Tape(plan, overlap: 100)
        let coordinator = try Coordinator(threads: threads)
        let jobs = (0..<threads).map {
            LoadJob(
                plan, thread: $0, tape: tape, target: .ipv4(0x7F00_0001, port: 1), sources: [], coordinator)
        }
        #expect(jobs.flatMap { Array($0.clients) } == Array(0..<10))
        #expect(jobs.compactMap(\.messages).reduce(0, +) == 101)
        #expect(abs(jobs.compactMap(\.rate).reduce(0, +) - 1000) < 1e-6)
    }

    @Test("has its clients begin one after the other over the ramp, and all at once without one")
    func ramp() {
        var ramp = Ramp()
        ramp.begin = 5_000_000_000
        #expect(ramp.allowance(5_000_000_000, of: 100, over: 0) == .max)
        #expect(ramp.allowance(5_000_000_000, of: 100, over: 10) == 1)
        #expect(ramp.allowance(10_000_000_000, of: 100, over: 10) == 51)
    }

    @Test("numbers its seconds from the window's beginning, those of the warm-up below 0")
    func seconds() {
        var second = RunningSecond()
        second.start(at: 1_000_000_000, window: 2_500_000_000)
        #expect(second.sample.second == -2 && second.end == 1_500_000_000)
        second.times.note(7)
        second.advance()
        #expect(second.sample.second == -1 && second.end == 2_500_000_000 && second.times.count == 0)
        second.start(at: 1_000_000_000, window: 1_000_000_000)
        #expect(second.sample.second == 0 && second.end == 2_000_000_000)
    }
}
