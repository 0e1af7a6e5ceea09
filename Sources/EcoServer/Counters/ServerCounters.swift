// What a server has counted.

/// The figures of a server: counters since its start, and gauges of the current state. They are the sum of its pages. One table describes
/// them (`CounterRow`).
public struct ServerCounters: Sendable {
    private var figures = InlineArray<32, UInt64>(repeating: 0)

    public init() {}

    subscript(place: CounterPlace) -> UInt64 {
        get { figures[place.index] }
        set { figures[place.index] = newValue }
    }

    public subscript(refusal: Refusal) -> UInt64 {
        get { self[.refused(refusal)] }
        set { self[.refused(refusal)] = newValue }
    }

    public subscript(ending: Ending) -> UInt64 {
        get { self[.closed(ending)] }
        set { self[.closed(ending)] = newValue }
    }

    /// Adds the figures of a page, which its writer may be changing.
    mutating func add(_ page: CounterPage) {
        for index in 0..<CounterPlace.count {
            let place = CounterPlace(index)
            if place == .longestTurnMicroseconds {
                self[place] = max(self[place], page[place])
            } else {
                // A page may subtract what another page added: sums are correct in two's complement.
                self[place] &+= page[place]
            }
        }
    }
}

extension ServerCounters {
    /// Connected now, including clients whose connections are being closed.
    public var clients: Int {
        get { Int(self[.clients]) }
        set { self[.clients] = UInt64(newValue) }
    }
    /// Accepted and not refused.
    public var accepted: UInt64 {
        get { self[.accepted] }
        set { self[.accepted] = newValue }
    }
    public var bytesIn: UInt64 { self[.bytesIn] }
    public var bytesOut: UInt64 { self[.bytesOut] }
    public var texts: UInt64 { self[.texts] }
    public var invalidBytes: UInt64 { self[.invalidBytes] }
    /// Memory that untaken answers occupy now, in bytes.
    public var pendingBytes: Int { Int(self[.pendingBytes]) }
    /// Clients that are not read from now because they have not taken their answers.
    public var clientsNotReadFrom: Int { Int(self[.clientsNotReadFrom]) }
    /// The longest turn of an event loop, in microseconds.
    public var longestTurnMicroseconds: Int64 {
        get { Int64(self[.longestTurnMicroseconds]) }
        set { self[.longestTurnMicroseconds] = UInt64(newValue) }
    }
    /// Lines that the readers of standard output and standard error did not take in time.
    public var logLinesDropped: UInt64 {
        get { self[.logLinesDropped] }
        set { self[.logLinesDropped] = newValue }
    }
    /// Events that outlived their connection.
    public var staleEvents: UInt64 { self[.staleEvents] }

    public var refused: [Refusal: UInt64] { Dictionary(uniqueKeysWithValues: Refusal.allCases.map { ($0, self[$0]) }) }
    public var closed: [Ending: UInt64] { Dictionary(uniqueKeysWithValues: Ending.allCases.map { ($0, self[$0]) }) }
}
