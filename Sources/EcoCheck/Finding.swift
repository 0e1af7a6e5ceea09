// What was seen where a server did something else.

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
        /// Nothing came any more.
        case open
        /// Bytes came, and not all of them in time.
        case unfinished
        case endOfStream
        case reset
        /// Nobody accepted it.
        case refused
    }

    public var steps: [Step] = []
    public var expected: Expected
    public var got: [UInt8] = []
    public var ending = Ending.open
    /// What was measured, where bytes alone do not tell.
    public var note: Text?
    /// The mistake that it points to, where that is not the case's.
    public var mistake: Mistake?

    /// The offset of the first byte that differs from what was expected; nil where bytes were not the question.
    public var firstDifference: Int? {
        guard case .bytes(let bytes) = expected else { return nil }
        return zip(bytes, got).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(bytes.count, got.count)
    }
}
