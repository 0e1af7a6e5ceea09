// Messages in flight, and the moments at which they are due.
import Testing

@testable import EcoLoad

@Suite("Messages in flight, and when they are due")
struct QueueTests {
    @Test("are answered in the order in which they were sent, each client's in its own queue")
    func queues() {
        var queue = MessageQueue()
        var ends = [MessageQueue.Ends](repeating: .init(), count: 3)
        for moment in 0..<300 { queue.append(.init(planned: Int64(moment), sent: 0), to: &ends[moment % 3]) }
        #expect(queue.count == 300 && queue.oldest(ends[1])?.planned == 1)
        for moment in 0..<300 { #expect(queue.popFirst(&ends[moment % 3]).planned == Int64(moment)) }
        #expect(queue.count == 0 && ends.allSatisfy(\.isEmpty))
        queue.append(.init(planned: 7, sent: 8), to: &ends[0])
        #expect(queue.popFirst(&ends[0]).sent == 8)
    }

    @Test("are due evenly, without an error that adds up")
    func uniform() {
        var schedule = Schedule(rate: 30_000, arrivals: .uniform, start: 1_000, seed: 1)
        for _ in 0..<3_000_000 { schedule.advance() }
        #expect(schedule.next == 1_000 + 100_000_000_000)
    }

    @Test(
        "are due at random, as a Poisson process is: its gaps have the mean and the spread of an exponential distribution"
    )
    func poisson() {
        var schedule = Schedule(rate: 1_000, arrivals: .poisson, start: 0, seed: 3)
        var gaps: [Double] = []
        var last: Int64 = 0
        for _ in 0..<100_000 {
            gaps.append(Double(schedule.next - last) / 1e6)
            last = schedule.next
            schedule.advance()
        }
        let mean = gaps.reduce(0, +) / 1e5
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
        // Both are 1; their standard errors here are 0.003 and 0.009.
        #expect(abs(mean - 1) < 0.02 && abs(variance - 1) < 0.06)
        var again = Schedule(rate: 1_000, arrivals: .poisson, start: 0, seed: 3)
        for _ in 0..<100_000 { again.advance() }
        #expect(again.next == schedule.next)
    }
}
