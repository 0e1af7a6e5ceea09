// What was seen where a server did something else.
public import Support

/// What was said, what should have come back, and what did.
public struct Finding: Sendable {
    /// Something that the checker did on a connection.
    public enum Step: Sendable, Equatable {
        case sent([UInt8])
        case endedSending
        case reset
    }

    /// What a step should have led to.
    public enum Expected: Sendable {
        case bytes([UInt8])
        /// A line that no bytes can be given for.
        case line(Text)
        case end
        /// Something that is not said on the connection.
        case fact(Text)
    }

    /// What had become of the connection by then.
    public enum Ending: Sendable, Equatable {
        case open
        case endOfStream
        case reset
        /// Nobody accepted it.
        case refused
    }

    /// What is known of an open connection beyond what came.
    public enum Rest: Sendable {
        /// Nothing more came.
        case silence
        /// More came, and not all of it in time.
        case late
        /// What came is wrong already, and nobody has waited for more.
        case unknown
    }

    public var steps: [Step] = []
    public var expected: Expected
    public var got: [UInt8] = []
    public var ending = Ending.open
    public var rest = Rest.silence
    /// What was measured, where bytes alone do not tell.
    public var note: Text?
    /// The mistake that it points to, where that is not the case's.
    public var mistake: Mistake?
    /// Whether the mistake was recognised by what came.
    public var isRecognised = false
    /// By which `TextMemory` knows the client that has seen it.
    var client: Int?

    /// The offset of the first byte that differs from what was expected; nil where bytes were not the question.
    public var firstDifference: Int? {
        guard case .bytes(let bytes) = expected else { return nil }
        return zip(bytes, got).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(bytes.count, got.count)
    }

    /// Whether the same was seen, whatever was asked.
    func looksLike(_ other: Self) -> Bool {
        guard got == other.got, ending == other.ending, rest == other.rest, note == other.note else { return false }
        return switch (expected, other.expected) {
        case (.bytes(let left), .bytes(let right)): left == right
        case (.line(let left), .line(let right)), (.fact(let left), .fact(let right)): left == right
        case (.end, .end): true
        default: false
        }
    }
}
