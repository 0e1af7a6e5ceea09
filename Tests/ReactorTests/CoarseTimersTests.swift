// Deadlines by the tick, kept in the slots.
import Reactor
import Testing

@Suite("Coarse timers")
struct CoarseTimersTests {
    /// Takes a slot for each deadline.
    private func add(_ ticks: [UInt32], to table: inout SlotTable<TestSlot>, _ timers: inout CoarseTimers) {
        for tick in ticks {
            let slot = table.insert()!
            table[slot].deadlineTick = tick
            timers.noteDeadline(tick)
        }
    }

    /// Asks for all that has expired, slice after slice, and says in how many slices.
    private func expired(
        _ timers: inout CoarseTimers, _ table: inout SlotTable<TestSlot>, tick: UInt32
    ) -> (slots: [Int], slices: Int) {
        var slots: [Int] = []
        var slices = 0
        repeat {
            var slice = timers.beginSlice(tick: tick)
            slices += 1
            while let slot = timers.nextExpired(in: &table, tick: tick, slice: &slice)?.slot { slots.append(slot) }
        } while timers.nextTick == 0
        return (slots, slices)
    }

    @Test("find each slot once, at its tick and not earlier")
    func exactTick() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        #expect(timers.nextTick == .max)
        add([30, 10, 20, 10], to: &table, &timers)
        #expect(timers.nextTick == 10)
        #expect(expired(&timers, &table, tick: 9).slots == [])
        #expect(expired(&timers, &table, tick: 10).slots == [1, 3])
        #expect(timers.nextTick == 20)
        #expect(expired(&timers, &table, tick: 35).slots == [0, 2])
        #expect(timers.nextTick == .max)
    }

    @Test("check a slice of a large table in each turn, and still find every slot")
    func slices() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        add([UInt32](repeating: 5, count: 10_000), to: &table, &timers)
        let found = expired(&timers, &table, tick: 5)
        #expect(found.slots == Array(0..<10_000))
        #expect(found.slices == 3)
    }

    @Test("do not take the list of free slots for deadlines")
    func freeSlots() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        for _ in 0..<3 { _ = table.insert() }
        table.remove(0)
        table.remove(1)
        table[2].deadlineTick = 1
        timers.noteDeadline(1)
        #expect(expired(&timers, &table, tick: 100).slots == [2])
    }

    @Test("allow slots to be freed and set while they look")
    func changes() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        add([1, 1, 1, 1], to: &table, &timers)
        var slice = timers.beginSlice(tick: 1)
        #expect(timers.nextExpired(in: &table, tick: 1, slice: &slice)?.slot == 0)
        table.remove(1)
        table[0].deadlineTick = 8
        timers.noteDeadline(8)
        #expect(timers.nextExpired(in: &table, tick: 1, slice: &slice)?.slot == 2)
        #expect(timers.nextExpired(in: &table, tick: 1, slice: &slice)?.slot == 3)
        #expect(timers.nextExpired(in: &table, tick: 1, slice: &slice) == nil)
        #expect(timers.nextTick == 8)
    }

    @Test("round a duration up to ticks, so that it has always passed")
    func ticks() {
        #expect(CoarseTimers.ticks(in: .seconds(30)) == 301)
        #expect(CoarseTimers.ticks(in: .milliseconds(1)) == 2)
    }

    @Test("excuse a deadline that passed while the loop did not run, and no other")
    func absence() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        add([9, 10, 20, 21], to: &table, &timers)
        timers.noteAbsence(from: 10, to: 20)
        var slice = timers.beginSlice(tick: 30)
        var found: [CoarseTimers.Expired] = []
        while let expired = timers.nextExpired(in: &table, tick: 30, slice: &slice) { found.append(expired) }
        #expect(found.map(\.slot) == [0, 1, 2, 3])
        #expect(found.map(\.isExcused) == [false, true, true, false])
    }

    @Test("still excuse the deadlines that an unfinished sweep has not reached when the loop pauses again")
    func absences() {
        var table = SlotTable<TestSlot>()
        var timers = CoarseTimers()
        add([UInt32](repeating: 15, count: 5000), to: &table, &timers)
        timers.noteAbsence(from: 10, to: 20)
        var excused = 0
        for round in 0..<2 as Range<UInt32> {
            var slice = timers.beginSlice(tick: 20 + 10 * round)
            while let expired = timers.nextExpired(in: &table, tick: 30, slice: &slice) {
                excused += expired.isExcused ? 1 : 0
            }
            timers.noteAbsence(from: 25, to: 30)
        }
        #expect(excused == 5000)
    }
}
