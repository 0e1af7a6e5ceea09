// How much time a slow client earns.
import Testing

@testable import EcoServer

@Suite("Progress")
struct ProgressTests {
    @Test(
        "earns a second per KiB, in whole ticks; the rest of the bytes counts next time",
        arguments: [(10 * 1024, 100, 10 * 1024), (102, 0, 0), (160, 1, 102), (-1, 0, 0)])
    func earned(acknowledged: Int, ticks: Int, bytes: Int) {
        let earned = Progress.earned(acknowledged: acknowledged)
        #expect(Int(earned.ticks) == ticks && earned.bytes == bytes)
    }

    @Test("counts a tick as a tenth of a second")
    func durations() { #expect(Progress.duration(100) == .seconds(10)) }

    @Test("before a wait is a credit: of the last lump, or what earlier answers have left, whichever is more")
    func credit() {
        #expect(Progress.credit(acknowledgedBefore: 0) == 0)
        #expect(Progress.credit(acknowledgedBefore: 1) == 1)
        #expect(Progress.credit(acknowledgedBefore: 1024) == 10)
        #expect(Progress.credit(acknowledgedBefore: 1 << 30) == 1280)
        #expect(Progress.credit(acknowledgedBefore: 1024, unused: 7) == 10)
        #expect(Progress.credit(acknowledgedBefore: 1024, unused: 70) == 70)
    }
}
