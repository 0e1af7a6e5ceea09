// Whole conversations with the product, for tests that give reads and look at the replies.

import EcoProtocol

/// What a client sent, read by read, and what it had back.
struct Conversation {
    typealias Reply = ReferenceSession.Reply

    let reads: [[UInt8]]
    let policy: InvalidBytes
    let endOfStream: Bool

    init(_ reads: [[UInt8]], invalidBytes policy: InvalidBytes = .keep, endOfStream: Bool = true) {
        self.reads = reads
        self.policy = policy
        self.endOfStream = endOfStream
    }

    /// The product's replies, up to the one that ends the session.
    func replies(in space: OwnedSpace? = nil) -> [Reply] {
        let space = space ?? OwnedSpace(readCapacity: max(1, reads.map(\.count).max() ?? 1))
        var session = Session()
        var replies: [Reply] = []
        for read in reads {
            replies.append(space.answer(&session, read, invalidBytes: policy))
            if replies.last?.verdict != .goOn { return replies }
        }
        if endOfStream { replies.append(space.finish(&session, invalidBytes: policy)) }
        return replies
    }

    /// What the reference says they should be.
    var expectedReplies: [Reply] {
        ReferenceSession.replies(to: reads, endOfStream: endOfStream, closesOnInvalid: policy == .close)
    }

    /// Where the product and the reference part, in one line; `nil` if nowhere.
    func disagreement(in space: OwnedSpace? = nil) -> String? {
        let actual = replies(in: space)
        let expected = expectedReplies
        if actual.count != expected.count {
            return "\(policy), \(actual.count) replies for \(expected.count); reads \(hex(reads))"
        }
        for (index, (got, want)) in zip(actual, expected).enumerated() where !got.agrees(with: want) {
            let place = index < reads.count ? "read \(index)" : "the end of stream"
            return "\(policy), at \(place): got \(got.summary), want \(want.summary); reads \(hex(reads))"
        }
        return nil
    }
}

extension ReferenceSession.Reply {
    /// The reply in one line.
    var summary: String { "[\(hex(bytes))] \(verdict) texts \(texts) invalid \(invalidBytes)" }
}

/// Bytes in hexadecimal; of many, the first.
func hex(_ bytes: [UInt8]) -> String {
    let digits = bytes.prefix(64).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return digits.joined(separator: " ") + (bytes.count > 64 ? " ... (\(bytes.count) bytes)" : "")
}

/// Reads in hexadecimal, cuts as bars; of many, the first.
func hex(_ reads: [[UInt8]]) -> String {
    reads.prefix(16).map(hex).joined(separator: " | ") + (reads.count > 16 ? " ... (\(reads.count) reads)" : "")
}

/// A string's bytes; the tests' short hand.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The pieces of `bytes`, cut after byte i + 1 where bit i of `cuts` is set.
func cut(_ bytes: [UInt8], at cuts: UInt64) -> [[UInt8]] {
    var reads: [[UInt8]] = []
    var read: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
        read.append(byte)
        if index == bytes.count - 1 || cuts >> UInt64(index) & 1 == 1 {
            reads.append(read)
            read = []
        }
    }
    return reads
}
