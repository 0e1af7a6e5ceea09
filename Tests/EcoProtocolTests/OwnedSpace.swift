// A session's answer space for tests: it owns its memory, and notices a write beside it.

import EcoProtocol

// SAFETY: the memory lives as long as the object, and the object is kept alive around each use of it.
/// Memory for one session at a time, between two fences that nothing may write to.
@safe final class OwnedSpace {
    /// Odd, since a space asks for no alignment.
    private static let fence = 61
    private static let fenceByte: UInt8 = 0xA5
    /// What the space is filled with: a byte that begins a character, so that a read past the input's end shows.
    private static let fillByte: UInt8 = 0xC3

    private let memory: UnsafeMutableRawBufferPointer
    let space: AnswerSpace

    init(readCapacity: Int) {
        let count = AnswerSpace.byteCount(readCapacity: readCapacity)
        unsafe memory = .allocate(byteCount: count + 2 * Self.fence, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: Self.fenceByte)
        let inside = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[Self.fence..<Self.fence + count])
        unsafe inside.initializeMemory(as: UInt8.self, repeating: Self.fillByte)
        // SAFETY: `inside` has as many bytes as the space asks for, and is not empty.
        space = unsafe AnswerSpace(base: inside.baseAddress!, readCapacity: readCapacity)
    }

    deinit {
        precondition(isFenceWhole, "a session wrote beside its space")
        unsafe memory.deallocate()
    }

    /// Whether the bytes on both sides of the space are untouched.
    var isFenceWhole: Bool {
        unsafe memory.prefix(Self.fence).allSatisfy { $0 == Self.fenceByte }
            && memory.suffix(Self.fence).allSatisfy { $0 == Self.fenceByte }
    }

    /// Has the session answer one read.
    func answer(
        _ session: inout Session, _ read: [UInt8], invalidBytes policy: InvalidBytes = .keep
    ) -> ReferenceSession.Reply {
        unsafe space.input.copyBytes(from: read)
        return reply(session.answer(in: space, count: read.count, invalidBytes: policy))
    }

    /// Has the session answer the end of stream.
    func finish(_ session: inout Session, invalidBytes policy: InvalidBytes = .keep) -> ReferenceSession.Reply {
        reply(session.finish(in: space, invalidBytes: policy))
    }

    /// The product's answer in the reference's terms.
    private func reply(_ answer: Answer) -> ReferenceSession.Reply {
        let count = AnswerSpace.byteCount(readCapacity: space.readCapacity)
        precondition(answer.bytes.lowerBound >= 0 && answer.bytes.upperBound <= count, "an answer outside its space")
        return ReferenceSession.Reply(
            bytes: unsafe Array(space[answer.bytes]),
            verdict: ReferenceSession.Verdict(answer.verdict),
            texts: answer.texts,
            invalidBytes: answer.invalidBytes)
    }
}

extension ReferenceSession.Verdict {
    init(_ verdict: Verdict) {
        switch verdict {
        case .goOn: self = .goOn
        case .goodbye: self = .goodbye
        case .invalid: self = .invalid
        }
    }
}

extension ReferenceSession.Reply {
    /// Whether two replies are the same in all that the protocol rules.
    func agrees(with other: Self) -> Bool {
        bytes == other.bytes && verdict == other.verdict && invalidBytes == other.invalidBytes
            && (texts == other.texts || verdict == .invalid)
    }
}
