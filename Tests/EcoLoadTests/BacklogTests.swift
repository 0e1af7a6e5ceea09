// What waits without being kept in memory.
import Testing

@testable import EcoLoad

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
