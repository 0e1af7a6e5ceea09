// Threads that work for the loop.
import EcoProtocol
import LinuxIO
import Reactor
import Testing

@testable import EcoServer

@Suite("The worker pool")
struct WorkerPoolTests {
    private func batch(_ text: String, slot: Int) -> Batch {
        // SAFETY: the array's own bytes, copied by the batch.
        unsafe Array(text.utf8).withUnsafeBytes { bytes in
            unsafe Batch(token: Token(slot: slot, generation: 1), session: Session(), read: bytes)!
        }
    }

    private func batches(_ texts: [String]) -> BatchList {
        var list = BatchList()
        for (slot, text) in texts.enumerated() { list.append(batch(text, slot: slot)) }
        return list
    }

    /// Takes answers until there are so many, waiting for the pool's waker.
    private func answers(_ pool: WorkerPool, count: Int) -> [Int: String] {
        var texts: [Int: String] = [:]
        while texts.count < count {
            var done = pool.takeDone()
            while let batch = done.popFirst() {
                texts[batch.token.slot] = unsafe String(decoding: batch.space[batch.answer.bytes], as: UTF8.self)
                batch.free()
            }
            if texts.count < count { _ = Poll.readable([pool.waker.number], timeout: .seconds(10)) }
        }
        return texts
    }

    @Test("keeps batches in their order, whichever list they go to")
    func lists() {
        var first = batches(["a", "b"])
        var second = batches(["c", "d", "e"])
        first.append(all: &second)
        let counts = [first.count, second.count]
        #expect(counts == [5, 0])
        var empty = BatchList()
        first.append(all: &empty)
        empty.append(all: &first)
        first.append(batch("f", slot: 5))
        empty.append(all: &first)
        var taken = empty.takeAll()
        let none = empty.popFirst()
        #expect(none == nil)
        var texts = ""
        while let batch = taken.popFirst() {
            texts += unsafe String(decoding: batch.space.input, as: UTF8.self)
            batch.free()
        }
        #expect(texts == "abcdef")
        let isEmpty = taken.isEmpty
        #expect(isEmpty)
        taken.append(batch("g", slot: 6))
        let count = taken.count
        #expect(count == 1)
    }

    @Test("answers every batch of many turns, and wakes a thread once a turn, however many texts it carries")
    func oneWakeUp() throws {
        let pool = try WorkerPool(threads: 4, work: .none, invalidBytes: .keep)
        defer { pool.close() }
        for turn in 0..<10 {
            var batches = batches((0..<100).map { "olá \(turn) \($0)\n" })
            pool.submit(&batches)
            let left = batches.count
            #expect(left == 0)
            let texts = answers(pool, count: 100)
            #expect(texts == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "OLÁ \(turn) \($0)\n") }))
        }
        #expect(pool.wakeUps == 10)
    }

    @Test("spreads work that takes its time over its threads")
    func parallel() throws {
        let pool = try WorkerPool(threads: 4, work: .sleep(.milliseconds(500)), invalidBytes: .keep)
        defer { pool.close() }
        var batches = batches([String](repeating: "x\n", count: 4))
        let begin = Instant.now
        pool.submit(&batches)
        #expect(answers(pool, count: 4).count == 4)
        // One thread alone would take 2 s.
        #expect(Instant.now - begin < .milliseconds(1_900))
    }

    @Test("drops what waits when it is closed, and gives all memory back")
    func closing() throws {
        let pool = try WorkerPool(threads: 1, work: .sleep(.milliseconds(20)), invalidBytes: .keep)
        var batches = batches([String](repeating: "x\n", count: 50))
        pool.submit(&batches)
        pool.close()
        let done = pool.takeDone()
        let count = done.count
        #expect(count == 0)
    }

    @Test("without threads performs its work when it is told to")
    func byHand() throws {
        let pool = try WorkerPool(threads: 0, work: .none, invalidBytes: .keep)
        #expect(!pool.performNext())
        var batches = batches(["a", "tchau"])
        pool.submit(&batches)
        #expect(pool.performNext())
        #expect(answers(pool, count: 2) == [0: "A", 1: "TCHAU"])
    }
}
