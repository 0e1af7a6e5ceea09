// The longest reads, the longest answers, the smallest spaces.

import EcoProtocol
import Testing

@Suite struct SessionLimitsTests {
    /// Upper cases of 1 to 3 times the length, and shorter ones.
    static let scalars = ["a", "ß", "ŉ", "ɐ", "ΐ", "ΰ", "ı", "ᾷ", "ﬃ", "ⱥ", "𐐨", "ç", "\u{FF}"]
    static let prefixes: [[UInt8]] = [
        [0xC3], [0xCE], [0xE2, 0x82], [0xE1, 0xBE], [0xF0, 0x9F, 0x98], [0xF0, 0x90, 0x90],
    ]
    static let capacities = Array(1...40) + [61, 64, 255, 4096, 65536]
    /// Enough where many cases are tried: what happens at a read's edges does not know how far apart they are.
    static let smallCapacities = Array(1...24) + [61, 64, 1024]

    /// The character again and again, to the read's last byte.
    private func full(_ scalar: [UInt8], capacity: Int, from offset: Int = 0) -> [UInt8] {
        (0..<capacity).map { scalar[(offset + $0) % scalar.count] }
    }

    private func expectNone(_ disagreements: [String]) {
        let shortest = disagreements.min { $0.count < $1.count } ?? ""
        #expect(disagreements.isEmpty, "\(disagreements.count) disagreements; the shortest: \(shortest)")
    }

    @Test(arguments: scalars)
    func `A full read of characters that grow is answered`(scalar: String) {
        var wrong: [String] = []
        for capacity in Self.capacities {
            let space = OwnedSpace(readCapacity: capacity)
            for policy in InvalidBytes.allCases {
                let read = full(utf8(scalar), capacity: capacity)
                let conversation = Conversation([read, read], invalidBytes: policy)
                if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
            }
            #expect(space.isFenceWhole)
        }
        expectNone(wrong)
    }

    /// The held bytes are given in reads that fit, and end up as a character or as three bytes that are none.
    @Test(arguments: scalars, prefixes)
    func `A full read of characters that grow is answered after held bytes`(scalar: String, held: [UInt8]) {
        var wrong: [String] = []
        for capacity in Self.smallCapacities {
            let space = OwnedSpace(readCapacity: capacity)
            for policy in InvalidBytes.allCases {
                for completion in [[], [0x90], [0xB7], [0xA8]] as [[UInt8]] {
                    let read = Array((completion + full(utf8(scalar), capacity: capacity)).prefix(capacity))
                    let reads = held.map { [$0] } + [read, read]
                    let conversation = Conversation(reads, invalidBytes: policy)
                    if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
                }
            }
            #expect(space.isFenceWhole)
        }
        expectNone(wrong)
    }

    @Test(arguments: scalars)
    func `A full read that begins amid a character is answered`(scalar: String) {
        let bytes = utf8(scalar)
        var wrong: [String] = []
        for capacity in Self.capacities {
            let space = OwnedSpace(readCapacity: capacity)
            for offset in 1...bytes.count {
                let reads = bytes.prefix(offset).map { [$0] } + [full(bytes, capacity: capacity, from: offset)]
                if let disagreement = Conversation(reads).disagreement(in: space) { wrong.append(disagreement) }
            }
        }
        expectNone(wrong)
    }

    @Test(arguments: InvalidBytes.allCases)
    func `Reads of one byte, in a space for one, say all that longer ones do`(policy: InvalidBytes) {
        let space = OwnedSpace(readCapacity: 1)
        let text = Self.scalars.joined() + "olá, ΐ e 😀\r\n\u{2003}tcha\n \u{3000}tchau\u{A0}\r\nmais"
        let conversation = Conversation(utf8(text).map { [$0] }, invalidBytes: policy)
        #expect(conversation.disagreement(in: space) == nil)
        #expect(conversation.replies(in: space).last?.verdict == .goodbye)
    }

    @Test func `The notice fits behind the longest answer`() {
        var wrong: [String] = []
        for capacity in Self.smallCapacities {
            let space = OwnedSpace(readCapacity: capacity)
            for scalar in Self.scalars {
                let read = full(utf8(scalar), capacity: capacity).dropLast() + [0xFF]
                for held in [[], [0xF0, 0x9F, 0x98], [0xCE]] as [[UInt8]] {
                    let conversation = Conversation(held.map { [$0] } + [Array(read)], invalidBytes: .close)
                    if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
                }
            }
        }
        expectNone(wrong)
    }

    @Test func `A read longer than the capacity traps`() async {
        await #expect(processExitsWith: .failure) {
            // The memory is there: what ends the process is the check, not the page behind.
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
            defer { unsafe memory.deallocate() }
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0x61, count: 1 << 16)
            var session = Session()
            // SAFETY: a space for reads of 4 bytes takes less than 65536.
            let space = unsafe AnswerSpace(base: memory, readCapacity: 4)
            _ = session.answer(in: space, count: 5)
        }
    }

    @Test func `A read as long as the capacity does not`() async {
        await #expect(processExitsWith: .success) {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 1 << 16, alignment: 16)
            defer { unsafe memory.deallocate() }
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0x61, count: 1 << 16)
            var session = Session()
            // SAFETY: a space for reads of 4 bytes takes less than 65536.
            let space = unsafe AnswerSpace(base: memory, readCapacity: 4)
            _ = session.answer(in: space, count: 4)
        }
    }
}
