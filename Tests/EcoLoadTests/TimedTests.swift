// Servers whose delays are known: the figures agree. `make test` runs these by themselves, on a machine that does nothing else.
import EcoLoad
import Glibc
import LinuxIO
import ServerHarness
import TestSupport
import Testing

@Suite("A server", .blocking, .serialized)
struct TimedTests {
    @Test("that is slow by a known time is measured correctly", arguments: [20, 50])
    func slow(milliseconds: Int) throws {
        let result = try LoadServer("Slow", milliseconds).load { $0.durationSeconds = 1 }
        let median = Double(result.planned.percentile(50)) / 1e6
        // A Python thread sleeps no less; how much more depends on the machine.
        #expect(median >= Double(milliseconds) && median < Double(milliseconds) * 1.5 + 10, "\(median) ms")
    }

    @Test("that stalls once shows it in the time from the planned moment, and hides it in the actual")
    func stall() throws {
        let result = try LoadServer.loadOfStall()
        let planned = Double(result.planned.percentile(99.9)) / 1e6
        let actual = Double(result.actual.percentile(99.9)) / 1e6
        #expect((450...800).contains(planned), "planned p99.9 is \(planned) ms")
        #expect(actual < 250, "actual p99.9 is \(actual) ms")
        // Two messages of three thousand met the stall on their way.
        #expect(result.waited > 200 && result.planned.count == result.plannedMessages)
    }
}

@Suite("A load that keeps time", .blocking, .serialized)
struct PaceTimedTests {
    @Test("of clients that think is as slow as they are")
    func thinking() throws {
        let result = try LoadServer([]).load {
            $0.thinkSeconds = 0.05
            $0.durationSeconds = 0.4
        }
        #expect((8 * 4...8 * 9).contains(result.messages), "\(result.messages)")
    }

    @Test("of clients that think keeps their depth")
    func thinkDepth() throws {
        let result = try LoadServer([]).load {
            $0.thinkSeconds = 0.05
            $0.depth = 4
            $0.durationSeconds = 0.4
        }
        #expect((4 * 8 * 4...4 * 8 * 9).contains(result.messages), "\(result.messages)")
    }

    @Test("begins at the given moment, not before, with or without a warm-up")
    func startAt() throws {
        let server = try LoadServer([])
        var plan = LoadPlan()
        plan.clients = 2
        plan.warmupSeconds = 0
        plan.durationSeconds = 0.3
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let start = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 + 1
        let run = try LoadRun(plan, target: .loopback(port: server.port), startAt: start)
        let result = try #require(try run.run().first)
        #expect(
            abs(result.seconds - 0.3) < 0.05 && result.begin > start - 0.1,
            "\(result.seconds) s from \(result.begin - start)")
    }
}
