// The connection table.
import Reactor
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
        let slot = table.insert()
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
        let first = table.insert()
        let stale = table.token(first)
        table.remove(first)
        let second = table.insert()
        #expect(second == first)
        #expect(table.find(stale) == nil)
        #expect(table.find(table.token(second)) == second)
        #expect(table[second].value == 0)
    }

    @Test("never finds a source, nor a slot that never was")
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
            let slot = table.insert()
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

    @Test("stops the program when a slot is freed twice")
    func removedTwice() async {
        await #expect(processExitsWith: .failure) {
            var table = SlotTable<TestSlot>()
            let slot = table.insert()
            table.remove(slot)
            table.remove(slot)
        }
    }
}
