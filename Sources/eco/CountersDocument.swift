// The counters of a server, decoded from its line of JSON.
import EcoServer
import FoundationEssentials
import Support

/// The content of `ServerCounters.json`.
struct CountersDocument {
    /// The value of a name: a number, or one number per cause.
    private enum Figure: Decodable {
        case one(UInt64)
        case causes([String: UInt64])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do { self = .one(try container.decode(UInt64.self)) } catch {
                self = .causes(try container.decode([String: UInt64].self))
            }
        }
    }

    private let figures: [String: Figure]

    /// - Throws: DecodingError; also if a figure is missing.
    init(json: String) throws {
        figures = try JSONDecoder().decode([String: Figure].self, from: Data(json.utf8))
        for row in ServerCounters.table where figures[row.name] == nil {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "\(row.name) is missing"))
        }
    }

    /// A line for each name, for people.
    var table: String {
        var rows: [[String]] = []
        for row in ServerCounters.table where rows.last?.first != row.title {
            guard let figure = figures[row.name] else { continue }
            rows.append([row.title, Self.told(figure, row.unit)])
        }
        return TextTable.lines(rows).map { "  \($0)\n" }.joined()
    }

    private static func told(_ figure: Figure, _ unit: String) -> String {
        switch figure {
        case .one(let number) where unit == "microseconds":
            "\(TimeText(number.multipliedReportingOverflow(by: 1000).partialValue))"
        case .one(let number): told(number)
        case .causes(let counts): told(counts)
        }
    }

    private static func told(_ number: UInt64) -> String { Count(Int(clamping: number)).description }

    /// The sum, and its parts.
    private static func told(_ counts: [String: UInt64]) -> String {
        let parts = counts.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \(told($0.value))" }
        let sum = counts.values.reduce(0, &+)
        return told(sum) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
    }
}
