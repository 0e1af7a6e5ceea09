// What a server has counted.

/// Figures of a server since its start, and of this moment where they say "now". Plain integers of the thread that serves.
public struct ServerCounters: Sendable {
    /// Connected now, those that are being closed included.
    public var clients = 0
    /// Accepted and not refused.
    public var accepted: UInt64 = 0

    public var refused: [Refusal: UInt64] { Dictionary(uniqueKeysWithValues: Refusal.allCases.map { ($0, self[$0]) }) }
    public var closed: [Ending: UInt64] { Dictionary(uniqueKeysWithValues: Ending.allCases.map { ($0, self[$0]) }) }

    public var bytesIn: UInt64 = 0
    public var bytesOut: UInt64 = 0
    public var texts: UInt64 = 0
    public var invalidBytes: UInt64 = 0
    /// Memory that untaken answers occupy now, in bytes.
    public var pendingBytes = 0
    /// Clients that are not read from now because they have not taken their answers.
    public var clientsNotReadFrom = 0
    /// The longest turn of the event loop, in microseconds.
    public var longestTurnMicroseconds: Int64 = 0
    /// Lines that the readers of standard output and standard error did not take in time.
    public var logLinesDropped: UInt64 = 0
    /// Events that outlived their connection.
    public var staleEvents: UInt64 = 0

    private var refusals: InlineArray<4, UInt64> = .init(repeating: 0)
    private var endings: InlineArray<10, UInt64> = .init(repeating: 0)

    public init() {}

    public subscript(refusal: Refusal) -> UInt64 {
        get { refusals[refusal.rawValue] }
        set { refusals[refusal.rawValue] = newValue }
    }

    public subscript(ending: Ending) -> UInt64 {
        get { endings[ending.rawValue] }
        set { endings[ending.rawValue] = newValue }
    }

}

/// Why a client was refused.
public enum Refusal: Int, CaseIterable, Sendable {
    /// The connection limit is reached.
    case full
    /// The limit of one address is reached.
    case address
    /// No descriptor was left.
    case descriptors
    /// The system gave no memory for it, or no thread.
    case resources
}

/// Why a session ended.
public enum Ending: Int, CaseIterable, Sendable {
    /// The client said goodbye.
    case goodbye
    /// The client ended its side.
    case endOfStream
    /// The connection broke: a reset, an unreachable or vanished peer.
    case broken
    /// The client sent nothing for too long.
    case idle
    /// The client did not take its answers for too long.
    case writeTimeout
    /// The client's untaken answers were the worst when the bound on their sum was reached.
    case pendingLimit
    /// A text was not UTF-8, and the policy is to close.
    case invalidText
    /// The server left, and had answered all.
    case drained
    /// The server left, and ran out of time.
    case cut
    /// There was no memory for what it was owed or had said, or the kernel would not watch the descriptor any longer.
    case resources
}

extension ServerCounters {
    /// One line of JSON.
    public var json: String {
        func object<Key: CaseIterable & RawRepresentable>(_ keys: Key.Type, _ value: (Key) -> UInt64) -> String {
            "{" + keys.allCases.map { "\"\($0)\":\(value($0))" }.joined(separator: ",") + "}"
        }
        let fields: [(String, String)] = [
            ("clients", "\(clients)"),
            ("accepted", "\(accepted)"),
            ("refused", object(Refusal.self) { self[$0] }),
            ("closed", object(Ending.self) { self[$0] }),
            ("bytesIn", "\(bytesIn)"),
            ("bytesOut", "\(bytesOut)"),
            ("texts", "\(texts)"),
            ("invalidBytes", "\(invalidBytes)"),
            ("pendingBytes", "\(pendingBytes)"),
            ("clientsNotReadFrom", "\(clientsNotReadFrom)"),
            ("longestTurnMicroseconds", "\(longestTurnMicroseconds)"),
            ("logLinesDropped", "\(logLinesDropped)"),
            ("staleEvents", "\(staleEvents)"),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
