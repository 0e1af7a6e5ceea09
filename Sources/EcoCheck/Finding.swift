// What was seen when a server did not do as expected.
public import Support

/// What was sent, what was expected, and what came.
public struct Finding: Sendable {
    /// Something that the checker did on a connection.
    public enum Step: Sendable, Equatable {
        case sent([UInt8])
        case endedSending
        case reset
    }

    /// What was expected.
    public enum Expected: Sendable {
        case bytes([UInt8])
        /// A line whose bytes are not fixed.
        case line(Text)
        case end
        /// Something other than bytes on the connection.
        case fact(Text)
    }

    /// The state of the connection by then.
    public enum Ending: Sendable, Equatable {
        case open
        case endOfStream
        case reset
        /// It was not accepted.
        case refused
    }

    /// What is known about an open connection besides the bytes.
    public enum Rest: Sendable {
        /// Nothing more came.
        case silence
        /// More came, but not all of it in time.
        case late
        /// The bytes so far are already wrong, so nothing more was waited for.
        case unknown
    }

    public var steps: [Step] = []
    public var expected: Expected
    public var got: [UInt8] = []
    public var ending = Ending.open
    public var rest = Rest.silence
    /// What was measured, if the bytes alone do not show the failure.
    public var note: Text?
    /// The mistake that it points to, if not the case's own.
    public var mistake: Mistake?
    /// Whether the mistake was recognised by the bytes that came.
    public var isRecognised = false
    /// The number of the client in `TextMemory`.
    var client: Int?

    /// The offset of the first byte that differs from what was expected; nil if no bytes were expected.
    public var firstDifference: Int? {
        guard case .bytes(let bytes) = expected else { return nil }
        return zip(bytes, got).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(bytes.count, got.count)
    }

    /// Whether the same was seen, whatever was expected.
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
