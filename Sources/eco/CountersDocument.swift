// The counters of a server, as its line of JSON has them.
import EcoLoad
import FoundationEssentials

/// What `ServerCounters.json` says.
struct CountersDocument: Decodable {
    let clients: Int
    let accepted: UInt64
    let refused: [String: UInt64]
    let closed: [String: UInt64]
    let bytesIn: UInt64
    let bytesOut: UInt64
    let texts: UInt64
    let invalidBytes: UInt64
    let pendingBytes: Int
    let clientsNotReadFrom: Int
    let longestTurnMicroseconds: Int64
    let logLinesDropped: UInt64
    let staleEvents: UInt64

    /// - Throws: DecodingError.
    init(json: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(json.utf8)) }

    /// A line for each, for people; what is 0 and need not be is not told apart.
    var table: String {
        let rows: [(String, String)] = [
            ("clients now", Self.told(clients)),
            ("accepted", Self.told(accepted)),
            ("refused", Self.told(refused)),
            ("closed", Self.told(closed)),
            ("texts", Self.told(texts)),
            ("bytes in", Self.told(bytesIn)),
            ("bytes out", Self.told(bytesOut)),
            ("bytes not UTF-8", Self.told(invalidBytes)),
            ("bytes of untaken answers now", Self.told(pendingBytes)),
            ("clients not read from now", Self.told(clientsNotReadFrom)),
            ("longest turn", "\(TimeText(UInt64(max(0, longestTurnMicroseconds)) * 1000))"),
            ("log lines dropped", Self.told(logLinesDropped)),
            ("stale events", Self.told(staleEvents)),
        ]
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  \($0.0)\(String(repeating: " ", count: width - $0.0.count))  \($0.1)\n" }.joined()
    }

    private static func told(_ number: some BinaryInteger) -> String { Count(Int(clamping: number)).description }

    /// The sum, and what it is made of.
    private static func told(_ counts: [String: UInt64]) -> String {
        let parts = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \(told($0.value))" }
        let sum = counts.values.reduce(0, &+)
        return told(sum) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }
}
