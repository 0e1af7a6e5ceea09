// The answer to one read.

/// The answer to a read: its place in the read's `AnswerSpace`, and what it means for the session.
public struct Answer: Sendable {
    /// Offsets into the space's memory; empty when nothing is to be sent yet.
    public var bytes: Range<Int>
    public var verdict: Verdict
    /// How many texts were answered: lines with their newline, and the unterminated rest of the read.
    public var texts: Int
    /// How many of the answered bytes were not UTF-8.
    public var invalidBytes: Int

    /// Nothing to send, and the session goes on.
    public static let none = Self(bytes: 0..<0, verdict: .goOn, texts: 0, invalidBytes: 0)
}

/// Whether a session goes on after an answer.
public enum Verdict: Sendable {
    /// The client may go on.
    case goOn
    /// The client said goodbye: send the answer, then end.
    case goodbye
    /// The text was not UTF-8 and the policy is to close: send the answer, which says so, then end.
    case invalid
}

/// What to do with bytes that are not UTF-8.
public enum InvalidBytes: String, Sendable, CaseIterable {
    /// They go back unchanged, and the session goes on.
    case keep
    /// What came before them is answered, then a line reports them and the session ends.
    case close
}
