// The figures by which servers are compared.
import EcoLoad
import ServerHarness
import Support

/// A figure of a run, with its unit and its words.
public enum Figure: String, Sendable, Codable, CaseIterable {
    /// Processor time per message, in microseconds.
    case processorTime = "cpu"
    /// Messages per second.
    case rate
    /// The 99th percentile of client latency, in nanoseconds: see `RunResult.clientLatency`.
    case p99
    /// The server's own memory (Pss_Anon) per connected client, in bytes.
    case memory

    /// The figure of a run; nil if it could not be measured.
    public func value(of result: RunResult) -> Double? {
        switch self {
        case .processorTime: return result.validity.word == .invalid ? nil : result.serverMicrosecondsPerMessage
        // If the generator is the limit, the rate is the generator's.
        case .rate: return result.validity.wordOfFigures == .valid ? result.rate : nil
        case .p99:
            return result.validity.word == .invalid || result.messages == 0
                ? nil : Double(result.clientLatency.percentile(99))
        case .memory: return result.memoryPerClient.map { max($0, Self.grainBytes) }
        }
    }

    /// Less than this cannot be distinguished from nothing: memory comes in pages, and thousands of clients share a few.
    static let grainBytes = 8.0

    /// Whether a value can be compared with another.
    func isComparable(_ value: Double) -> Bool { value > (self == .memory ? Self.grainBytes : 0) }

    /// Whether more is better.
    var isMoreBetter: Bool { self == .rate }

    /// The heading of a column.
    public var title: String {
        switch self {
        case .processorTime: "CPU per message"
        case .rate: "messages per second"
        case .p99: "p99"
        case .memory: "memory per client"
        }
    }

    /// A value with its unit.
    public func text(_ value: Double) -> String {
        let value = min(max(0, value), 1e15)
        return switch self {
        case .processorTime: TimeText(UInt64(value * 1000)).description
        case .p99: TimeText(UInt64(value)).description
        case .rate: "\(Count(Int(value.rounded())))/s"
        case .memory: value <= Self.grainBytes ? "under \(Bytes(Self.grainBytes))" : Bytes(value).description
        }
    }

    /// `threads costs 1.3 to 1.5 times the CPU of reactor`.
    func difference(_ name: String, _ times: String, _ baseline: String) -> String {
        switch self {
        case .processorTime: "\(name) costs \(times) the CPU of \(baseline)"
        case .rate: "\(name) answers \(times) as many messages per second as \(baseline)"
        case .p99: "\(name) has \(times) the p99 of \(baseline)"
        case .memory: "\(name) takes \(times) the memory per client of \(baseline)"
        }
    }
}

extension RunResult {
    /// Client latency. If messages had to wait for a client, they waited for the server, so it counts from the planned moment. If none had
    /// to, only the generator can have sent a message late, so it counts from the actual moment.
    var clientLatency: Times {
        let waitedForServer = waited * 1000 > plannedMessages
        return actual.count > 0 && !waitedForServer ? actual : planned
    }

    /// How much the server's own memory (Pss_Anon) grew per client, in bytes; nil if the server was not measured.
    var memoryPerClient: Double? { growth(\.anonymousBytes) }
    /// The same for all its memory, with its share of shared pages (PSS).
    var proportionalPerClient: Double? { growth(\.proportionalBytes) }
    /// The same for resident memory, shared or not (RSS).
    var residentPerClient: Double? { growth(\.residentBytes) }
    /// The same for the kernel's memory, for both ends of the connections, of the whole machine.
    var kernelPerClient: Double? { growth(\.kernelBytes) }

    private func growth(_ bytes: (Footprint) -> Int) -> Double? {
        guard let before = server?.before, let after = server?.after, ledger.greeted > 0,
            // Another user's memory cannot be read.
            before.residentBytes > 0, after.residentBytes > 0
        else { return nil }
        return Double(bytes(after) - bytes(before)) / Double(ledger.greeted)
    }
}
