// Threads that work for the loop.
import EcoProtocol
import LinuxIO
import Reactor
import Testing

@testable import EcoServer

@Suite("The worker pool", .timeLimit(.minutes(1)))
struct WorkerPoolTests {
    private func batch(_ text: String, slot: Int) -> WorkerPool.Batch {
        var bytes = Array(text.utf8)
        // SAFETY: the array's own bytes, copied by the batch.
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe WorkerPool.Batch(
                token: Token(slot: slot, generation: 1), session: Session(), read: buffer[buffer.startIndex...])
        }
    }

    /// Takes answers until there are so many, waiting for the pool's waker.
    private func answers(_ pool: WorkerPool, count: Int) -> [Int: String] {
        var texts: [Int: String] = [:]
        while texts.count < count {
            for batch in pool.takeDone() {
                texts[batch.token.slot] = unsafe String(decoding: batch.space[batch.answer.bytes], as: UTF8.self)
                batch.free()
            }
            if texts.count < count { _ = Poll.readable([pool.waker.number], timeout: .seconds(10)) }
        }
        return texts
    }

    @Test("answers every batch of many turns, and wakes a thread once a turn, however many texts it carries")
    func oneWakeUp() throws {
        let pool = try WorkerPool(threads: 4, work: .none, invalidBytes: .keep)
        defer { pool.close() }
        for turn in 0..<10 {
            var batches = (0..<100).map { batch("olá \(turn) \($0)\n", slot: $0) }
            pool.submit(&batches)
            #expect(batches.isEmpty)
            let texts = answers(pool, count: 100)
            #expect(texts == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "OLÁ \(turn) \($0)\n") }))
        }
        #expect(pool.wakeUps == 10)
    }

    @Test("spreads work that takes its time over its threads")
    func parallel() throws {
        let pool = try WorkerPool(threads: 4, work: .sleep(.milliseconds(100)), invalidBytes: .keep)
        defer { pool.close() }
        var batches = (0..<4).map { batch("x\n", slot: $0) }
        let begin = Instant.now
        pool.submit(&batches)
        #expect(answers(pool, count: 4).count == 4)
        // One thread alone would take 400 ms.
        #expect(Instant.now - begin < .milliseconds(390))
    }

    @Test("drops what waits when it is closed, and gives all memory back")
    func closing() throws {
        let pool = try WorkerPool(threads: 1, work: .sleep(.milliseconds(20)), invalidBytes: .keep)
        var batches = (0..<50).map { batch("x\n", slot: $0) }
        pool.submit(&batches)
        pool.close()
        #expect(pool.takeDone().isEmpty)
    }

    @Test("without threads is worked by hand")
    func byHand() throws {
        let pool = try WorkerPool(threads: 0, work: .none, invalidBytes: .keep)
        #expect(!pool.performNext())
        var batches = [batch("a", slot: 1), batch("tchau", slot: 2)]
        pool.submit(&batches)
        #expect(pool.performNext())
        #expect(answers(pool, count: 2) == [1: "A", 2: "TCHAU"])
    }
}
