// The connection table.
import Reactor
import TestSupport
import Testing

/// A slot of the least kind.
struct TestSlot: Slot {
    var generation: UInt32 = 0
    var deadlineTick: UInt32 = 0
    var value = 0
}

@Suite("The connection table")
struct SlotTableTests {
    @Test("finds what was inserted, and no longer what was removed")
    func find() {
        var table = SlotTable<TestSlot>()
        let slot = table.insert()!
        table[slot].value = 7
        let token = table.token(slot)
        #expect(!token.isSource)
        #expect(table.find(token) == slot)
        #expect(table[slot].value == 7)
        table.remove(slot)
        #expect(table.find(token) == nil)
        #expect(table.count == 0)
    }

    @Test("Pitfall 1: a token of a slot's last owner does not find its successor")
    func staleToken() {
        var table = SlotTable<TestSlot>()
        let first = table.insert()!
        let stale = table.token(first)
        table.remove(first)
        let second = table.insert()!
        #expect(second == first)
        #expect(table.find(stale) == nil)
        #expect(table.find(table.token(second)) == second)
        #expect(table[second].value == 0)
    }

    @Test("finds no slot for a source's token or for a slot that never existed")
    func sources() {
        var table = SlotTable<TestSlot>()
        #expect(table.find(.source(0)) == nil)
        _ = table.insert()
        #expect(table.find(.source(0)) == nil)
        #expect(table.find(Token(slot: 5000, generation: 1)) == nil)
    }

    @Test("keeps values where they are while it grows, and gives freed slots out again before new ones")
    func growth() {
        var table = SlotTable<TestSlot>()
        let slots = (0..<20_000).map { value -> Int in
            let slot = table.insert()!
            table[slot].value = value
            return slot
        }
        #expect(Set(slots).count == 20_000)
        #expect(slots.allSatisfy { table[$0].value == $0 })
        for slot in stride(from: 0, to: 20_000, by: 2) { table.remove(slot) }
        #expect(table.count == 10_000)
        for _ in 0..<10_000 { _ = table.insert() }
        #expect(table.end == 20_000)
        #expect(stride(from: 1, to: 20_000, by: 2).allSatisfy { table[$0].value == $0 })
    }

    @Test(
        "reports that there is no memory for another slot, and works again once there is",
        .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
    func noMemory() {
        let plan = AllocationPlan()
        plan.obeyed {
            var table = SlotTable<TestSlot>()
            plan.fail(atLeast: 8 << 10)
            let isReserved = table.reserveFirst()
            plan.lifted { #expect(!isReserved) }
            let none = table.insert()
            plan.lifted { #expect(none == nil) }
            plan.watch(1...1)
            for _ in 0..<1024 { _ = table.insert() }
            plan.fail(atLeast: 8 << 10)
            let next = table.insert()
            plan.lifted { #expect(next == nil) }
            plan.lifted { #expect(table.count == 1024 && table.end == 1024) }
            table.remove(17)
            let freed = table.insert()
            plan.lifted { #expect(freed == 17) }
            plan.watch(1...1)
            let more = table.insert()
            plan.lifted { #expect(more == 1024) }
        }
    }

    @Test(
        "gives its memory back when it forgets all slots, but for the first",
        .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
    func forgetAll() {
        let plan = AllocationPlan()
        // 1024 slots of 16 bytes, and what malloc adds.
        plan.watch(16 << 10...17 << 10)
        // Nothing is expected in between: what the test library notes takes memory too.
        let (full, forgotten, slot) = plan.obeyed {
            var table = SlotTable<TestSlot>()
            for _ in 0..<5_000 { _ = table.insert() }
            let full = plan.live
            for slot in 0..<5_000 { table.remove(slot) }
            table.forgetAll()
            return (full, plan.live, table.insert())
        }
        #expect(full == 5 && forgotten == 1 && slot == 0 && plan.live == 0, "\(full) \(forgotten) \(plan.live)")
    }

    @Test("stops the program when a slot is freed twice")
    func removedTwice() async {
        await #expect(processExitsWith: .failure) {
            var table = SlotTable<TestSlot>()
            let slot = table.insert()!
            table.remove(slot)
            table.remove(slot)
        }
    }
}
