// The table that describes the counters.

/// One figure of the counters: how to read it, and its description. JSON, `eco status` and the documents are made from these.
public struct CounterRow: Sendable {
    public enum Kind: String, Sendable {
        /// From the start; it never goes down.
        case counter
        /// The current value.
        case gauge
    }

    /// Its key in the JSON.
    public let name: String
    /// The cause that it counts; nil if it has none. Rows with the same name follow each other, and form one object.
    public let cause: String?
    /// Its title in `eco status`.
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
