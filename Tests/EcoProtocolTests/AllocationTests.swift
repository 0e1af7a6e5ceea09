// A session answers without allocating anything, whatever it is sent.

import CountAllocations
import EcoProtocol
import Testing

@Suite(.enabled(if: count_allocations_is_on(), "a sanitizer brings its own malloc"))
struct AllocationTests {
    static let texts: [(String, [UInt8])] = [
        ("ASCII", utf8("the quick brown fox jumps over the lazy dog")),
        ("a line", utf8("oi\r\n")),
        ("many lines", utf8(String(repeating: "uma linha\n", count: 1000))),
        ("long ASCII", utf8(String(repeating: "a", count: 16384))),
        ("Portuguese", utf8("À noite, vovô Kowalsky vê o ímã cair no pé do pingüim queixoso e vovó põe açúcar no chá")),
        ("Greek that grows", utf8(String(repeating: "ΐΰᾷ", count: 1000))),
        ("emoji", utf8(String(repeating: "😀👩‍👩‍👧", count: 100))),
        ("a cut character", [0x61, 0xF0, 0x9F, 0x98]),
        ("not UTF-8", [0x61, 0xFF, 0xE0, 0x80, 0xC3]),
        ("a goodbye", utf8("  tchau \r\n")),
    ]

    @Test(arguments: texts, InvalidBytes.allCases)
    func `A text is answered without an allocation`(text: (name: String, bytes: [UInt8]), policy: InvalidBytes) {
        UpperCaseTable.prepare()
        let space = OwnedSpace(readCapacity: text.bytes.count)
        var answered = 0
        var before: UInt64 = 0
        // The first rounds are not counted: the runtime makes its own preparations, once, in debug builds.
        for round in -2..<100 {
            if round == 0 { before = count_allocations_of_this_thread() }
            var session = Session()
            unsafe text.bytes.withUnsafeBytes { bytes in
                // SAFETY: the space has room for as many bytes.
                unsafe space.space.input.copyMemory(from: bytes)
            }
            answered += session.answer(in: space.space, count: text.bytes.count, invalidBytes: policy).bytes.count
            answered += session.finish(in: space.space, invalidBytes: policy).bytes.count
        }
        let allocated = count_allocations_of_this_thread() - before
        #expect(allocated == 0, "\(text.name)")
        #expect(answered > 0)
    }

    @Test func `A server line is written without an allocation`() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: ServerLine.longest, alignment: 1)
        defer { unsafe memory.deallocate() }
        var written = 0
        var before: UInt64 = 0
        for round in -2..<100 {
            if round == 0 { before = count_allocations_of_this_thread() }
            // SAFETY: the memory has room for the longest line.
            written += unsafe ServerLine.greeting(client: 10_000).write(to: memory)
            written += unsafe ServerLine.full(limit: 10_000).write(to: memory)
            written += unsafe ServerLine.fullForAddress(limit: 10).write(to: memory)
            written += unsafe ServerLine.idle(seconds: 30).write(to: memory)
        }
        let allocated = count_allocations_of_this_thread() - before
        #expect(allocated == 0)
        #expect(written > 0)
    }

    /// Otherwise the tests above would prove nothing.
    @Test func `The counter counts`() {
        let before = count_allocations_of_this_thread()
        let array = [UInt8](repeating: 1, count: Int.random(in: 1000...2000))
        let allocated = count_allocations_of_this_thread() - before
        #expect(allocated > 0)
        #expect(array.count >= 1000)
    }
}
