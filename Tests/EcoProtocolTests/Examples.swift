// A short way to write an example of the protocol: the reads, and the replies they get.

import EcoProtocol
import Testing

extension ReferenceSession.Reply {
    /// Nothing is sent, nothing was counted, and the session goes on.
    static let nothing = Self()

    /// An answer after which the session goes on.
    static func echo(_ text: String, texts: Int = 1) -> Self { Self(bytes: utf8(text), texts: texts) }

    /// Bytes, some of them not UTF-8.
    static func echo(_ bytes: [UInt8], texts: Int = 1, invalid: Int) -> Self {
        Self(bytes: bytes, texts: texts, invalidBytes: invalid)
    }

    /// An answer after which the session ends.
    static func goodbye(_ text: String, texts: Int = 1) -> Self {
        Self(bytes: utf8(text), verdict: .goodbye, texts: texts)
    }

    /// What came before bytes that are not UTF-8, and the notice; `text` has all that stands before the notice.
    static func closed(_ text: String = "") -> Self {
        Self(bytes: utf8(text + "Erro: texto não é UTF-8 válido.\n"), verdict: .invalid)
    }
}

/// Expects these replies of the product, and of the reference as well; the last is that to the end of stream, unless the
/// session ended before.
func expect(
    _ replies: [ReferenceSession.Reply],
    to reads: [[UInt8]],
    invalidBytes policy: InvalidBytes = .keep,
    at sourceLocation: SourceLocation = #_sourceLocation
) {
    let conversation = Conversation(reads, invalidBytes: policy)
    for (name, actual) in [("product", conversation.replies()), ("reference", conversation.expectedReplies)] {
        let agree = actual.elementsEqual(replies) { $0.agrees(with: $1) }
        let told = actual.map(\.summary).joined(separator: "; ")
        let wanted = replies.map(\.summary).joined(separator: "; ")
        #expect(agree, "\(name): got \(told), want \(wanted)", sourceLocation: sourceLocation)
    }
}

/// The same for reads that are text.
func expect(
    _ replies: [ReferenceSession.Reply],
    to reads: [String],
    invalidBytes policy: InvalidBytes = .keep,
    at sourceLocation: SourceLocation = #_sourceLocation
) {
    expect(replies, to: reads.map(utf8), invalidBytes: policy, at: sourceLocation)
}
