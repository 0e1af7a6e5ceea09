// What a server has counted, and the one table of what is told of it.

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

    private var refusalCounts = [UInt64](repeating: 0, count: Refusal.allCases.count)
    private var endingCounts = [UInt64](repeating: 0, count: Ending.allCases.count)

    public init() {}

    public subscript(refusal: Refusal) -> UInt64 {
        get { refusalCounts[refusal.rawValue] }
        set { refusalCounts[refusal.rawValue] = newValue }
    }

    public subscript(ending: Ending) -> UInt64 {
        get { endingCounts[ending.rawValue] }
        set { endingCounts[ending.rawValue] = newValue }
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

    /// What operators are told of it.
    fileprivate var help: String {
        switch self {
        case .full: "refused at `--max-clients`"
        case .address: "refused at `--max-clients-per-address`"
        case .descriptors: "refused because no descriptor was left"
        case .resources: "refused because there was no memory for it; `threads`: or no thread"
        }
    }
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

    /// What operators are told of it.
    fileprivate var help: String {
        switch self {
        case .goodbye: "the client said `tchau`"
        case .endOfStream: "the client ended its side"
        case .broken: "reset, unreachable, or vanished and given up by keepalive"
        case .idle: "`--idle-timeout`"
        case .writeTimeout: "`--write-timeout`"
        case .pendingLimit: "held the most when `--max-pending` was passed"
        case .invalidText: "`--invalid-utf8 close`"
        case .drained: "the server left and had answered all"
        case .cut: "the server left and time ran out"
        case .resources:
            "there was no memory for its answers or texts, or the kernel would not watch the descriptor (memory, or `max_user_watches`)"
        }
    }
}

/// One figure of the counters: how it is read, and what is told of it. JSON, `eco status` and the documents are made of these.
public struct CounterRow: Sendable {
    public enum Kind: String, Sendable {
        /// From the start; it never goes down.
        case counter
        /// Of this moment.
        case gauge
    }

    /// Its key in the JSON.
    public let name: String
    /// The cause that it counts; nil if it has none. Rows of one name follow each other, and stand in one object.
    public let cause: String?
    /// What `eco status` calls it.
    public let title: String
    public let kind: Kind
    public let unit: String
    /// What it means, in Markdown, without a full stop.
    public let help: String
    let value: @Sendable (ServerCounters) -> String

    fileprivate init<Number: BinaryInteger & Sendable>(
        _ name: String, cause: String? = nil, _ title: String, _ kind: Kind, _ unit: String, _ help: String,
        _ value: @escaping @Sendable (ServerCounters) -> Number
    ) {
        self.name = name
        self.cause = cause
        self.title = title
        self.kind = kind
        self.unit = unit
        self.help = help
        self.value = { "\(value($0))" }
    }
}

extension ServerCounters {
    /// Every figure, in the order of the JSON.
    public static let table = traffic + refusals + endings + workings

    private static let traffic = [
        CounterRow(
            "clients", "clients now", .gauge, "clients",
            "connected, those included that are being closed; refused ones not", { $0.clients }),
        CounterRow(
            "accepted", "accepted", .counter, "clients", "greeted, or about to be: the N of the last greeting",
            { $0.accepted }),
    ]

    private static let refusals = Refusal.allCases.map { refusal in
        CounterRow("refused", cause: "\(refusal)", "refused", .counter, "clients", refusal.help, { $0[refusal] })
    }

    private static let endings = Ending.allCases.map { ending in
        CounterRow("closed", cause: "\(ending)", "closed", .counter, "sessions", ending.help, { $0[ending] })
    }

    private static let workings = [
        CounterRow(
            "bytesIn", "bytes in", .counter, "bytes", "received from clients, up to the read that ended a session",
            { $0.bytesIn }),
        CounterRow(
            "bytesOut", "bytes out", .counter, "bytes",
            "bytes that the kernel took: greetings, answers, lines of refusal", { $0.bytesOut }),
        CounterRow("texts", "texts", .counter, "texts", "texts answered", { $0.texts }),
        CounterRow(
            "invalidBytes", "bytes not UTF-8", .counter, "bytes", "bytes that were not UTF-8 and went back unchanged",
            { $0.invalidBytes }),
        CounterRow(
            "pendingBytes", "bytes of untaken answers now", .gauge, "bytes",
            "memory for answers that clients have not taken", { $0.pendingBytes }),
        CounterRow(
            "clientsNotReadFrom", "clients not read from now", .gauge, "clients", "clients that have such answers",
            { $0.clientsNotReadFrom }),
        CounterRow(
            "longestTurnMicroseconds", "longest turn", .gauge, "microseconds",
            "the longest turn of the loop so far: how long a client may have waited for the others",
            { $0.longestTurnMicroseconds }),
        CounterRow(
            "logLinesDropped", "log lines dropped", .counter, "lines",
            "lines that the readers of standard output and error did not take, or the disk that they go to",
            { $0.logLinesDropped }),
        CounterRow(
            "staleEvents", "stale events", .counter, "events",
            "events that outlived their connection; harmless, and rare", { $0.staleEvents }),
    ]

    /// One line of JSON.
    public var json: String {
        var fields: [String] = []
        var index = 0
        while index < Self.table.count {
            let name = Self.table[index].name
            let rows = Self.table[index...].prefix { $0.name == name }
            let causes = rows.compactMap { row in row.cause.map { "\"\($0)\":\(row.value(self))" } }
            let value = causes.isEmpty ? rows[index].value(self) : "{" + causes.joined(separator: ",") + "}"
            fields.append("\"\(name)\":\(value)")
            index = rows.endIndex
        }
        return "{" + fields.joined(separator: ",") + "}"
    }
}
