// Answers that clients have not taken.
import TestSupport
import Testing

@testable import EcoServer

@Suite("Pending answers")
struct PendingOutputTests {
    private func insert(_ count: Int, slot: Int, into pending: inout PendingOutput, tick: UInt32 = 10) -> Int {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        // SAFETY: the array's own bytes, copied by `insert`.
        return unsafe bytes.withUnsafeBytes { unsafe pending.insert($0, slot: slot, tick: tick, unacknowledged: 1000)! }
    }

    /// The slots that are to be given up for so many bytes, in the order of the table.
    private func worstSlots(freeing bytes: Int, of pending: borrowing PendingOutput) -> [Int] {
        var worst = pending.worst(freeing: bytes)
        var slots: [Int] = []
        while let slot = pending.next(&worst) { slots.append(slot) }
        return slots
    }

    @Test("stay in order until the kernel has taken all of them, and are freed then")
    func taking() {
        var pending = PendingOutput()
        let number = insert(10, slot: 3, into: &pending)
        let value1 = pending.totalBytes
        #expect(value1 == 10)
        let value2 = unsafe Array(pending.rest(number))
        #expect(value2 == Array(0..<10))
        pending.take(number, 4)
        let value4 = unsafe Array(pending.rest(number))
        #expect(value4 == Array(4..<10))
        let value5 = pending.totalBytes
        #expect(value5 == 10)
        pending.take(number, 6)
        let value6 = unsafe pending.rest(number).count
        #expect(value6 == 0)
        pending.remove(number)
        let value7 = pending.totalBytes
        #expect(value7 == 0)
        let value8 = pending.count
        #expect(value8 == 0)
    }

    @Test("have a deadline that only acknowledged bytes move: by a second per KiB")
    func deadline() {
        var pending = PendingOutput()
        // 1,000 bytes were on their way when these began to pend.
        let number = insert(100_000, slot: 0, into: &pending, tick: 50)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 1000) == 350)
        // What the kernel takes says nothing as long as it is not acknowledged.
        pending.take(number, 20_000)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 21_000) == 350)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 20_999) == 350)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 21_000 - 10 * 1024) == 450)
    }

    @Test("pass the time that the client has earned on to its next answers: the larger credit, not the sum")
    func credit() {
        var pending = PendingOutput()
        let number = insert(100_000, slot: 0, into: &pending, tick: 50)
        pending.take(number, 100_000)
        // Nothing is acknowledged: nothing is earned.
        #expect(pending.credit(number, tick: 60, unacknowledged: 101_000) == 0)
        // 30 KiB after 12 seconds: 18 are left.
        #expect(pending.credit(number, tick: 170, unacknowledged: 101_000 - 30 * 1024) == 180)
        pending.remove(number)
        // These begin with 18 seconds.
        let next = insert(100_000, slot: 0, into: &pending, tick: 170 + 180)
        pending.take(next, 100_000)
        #expect(pending.deadlineTick(next, timeoutTicks: 300, unacknowledged: 101_000) == 650)
        #expect(pending.credit(next, tick: 180, unacknowledged: 101_000) == 170)
        #expect(pending.credit(next, tick: 180, unacknowledged: 101_000 - 5 * 1024) == 170)
        #expect(pending.credit(next, tick: 180, unacknowledged: 101_000 - 40 * 1024) == 400)
    }

    @Test("get the whole timeout again after the process was stopped")
    func restart() {
        var pending = PendingOutput()
        let number = insert(100_000, slot: 0, into: &pending, tick: 50)
        pending.take(number, 20_000)
        pending.restart(number, tick: 500, unacknowledged: 5000)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 5000) == 800)
        #expect(pending.deadlineTick(number, timeoutTicks: 300, unacknowledged: 5000 - 1024) == 810)
    }

    @Test("are given up by size: the largest first, and no more than necessary")
    func worst() {
        var pending = PendingOutput()
        let none = worstSlots(freeing: 1, of: pending)
        #expect(none == [])
        let small = insert(5, slot: 1, into: &pending)
        let large = insert(50, slot: 2, into: &pending)
        _ = insert(20, slot: 3, into: &pending)
        let forOneByte = worstSlots(freeing: 1, of: pending)
        #expect(forOneByte == [2])
        let forMore = worstSlots(freeing: 51, of: pending)
        #expect(forMore == [2, 3])
        pending.remove(large)
        let afterwards = worstSlots(freeing: 1, of: pending)
        #expect(afterwards == [3])
        pending.remove(small)
        #expect(pending.totalBytes == 20)
    }

    @Test("of many clients are given up by the hundred, so that not every shortage needs a search")
    func crowd() {
        var pending = PendingOutput()
        for slot in 0..<1600 { _ = insert(10, slot: slot, into: &pending) }
        let worst = worstSlots(freeing: 1, of: pending)
        #expect(worst.count == 101)
    }

    @Test("are given up by size in every random table, also while entries are removed one by one")
    func worstOfMany() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var pending = PendingOutput()
            let sizes = (0..<Int.random(in: 1...64, using: &random)).map { _ in Int.random(in: 1...40, using: &random) }
            var numbers: [Int] = []
            for (slot, size) in sizes.enumerated() { numbers.append(insert(size, slot: slot, into: &pending)) }
            let wanted = Int.random(in: 1...sizes.reduce(0, +), using: &random)
            var worst = pending.worst(freeing: wanted)
            var given: [Int] = []
            while let slot = pending.next(&worst) {
                given.append(sizes[slot])
                pending.remove(numbers[slot])
            }
            var left = wanted
            let expected = sizes.sorted(by: >).prefix { size in
                defer { left -= size }
                return left > 0
            }
            #expect(given.sorted(by: >) == Array(expected), "\(sizes), freeing \(wanted)")
        }
    }

    @Test(
        "are unchanged when there is no memory for another",
        .enabled(if: AllocationPlan.isPossible, "a sanitizer brings its own malloc"))
    func noMemory() {
        let plan = AllocationPlan()
        let bytes = [UInt8](repeating: 1, count: 5_000)
        // Nothing is expected in between: what the test library notes takes memory too.
        let (isAsItWas, lives) = plan.obeyed {
            var pending = PendingOutput()
            var isAsItWas = pending.reserveFirst()
            for slot in 0..<1024 { _ = insert(10, slot: slot, into: &pending) }
            // For the bytes, then for the entry: 1024 entries are full.
            for sizes in [5_000...5_000, 30 << 10...50 << 10] {
                plan.fail(sizes)
                // SAFETY: the array's own bytes.
                let number = unsafe bytes.withUnsafeBytes {
                    unsafe pending.insert($0, slot: 2_000, tick: 1, unacknowledged: 0)
                }
                isAsItWas = isAsItWas && number == nil && pending.count == 1024 && pending.totalBytes == 10_240
            }
            plan.watch(4_900...5_100)
            let number = insert(5_000, slot: 2_000, into: &pending)
            let live = plan.live
            pending.remove(number)
            return (isAsItWas, [live, plan.live])
        }
        #expect(isAsItWas && plan.failed == 2 && lives == [1, 0], "\(isAsItWas) \(plan.failed) \(lives)")
    }
}
