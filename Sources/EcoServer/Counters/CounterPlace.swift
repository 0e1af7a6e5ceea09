// The place of each figure on a page of counters.

/// A place on a page of counters, and in their sum.
struct CounterPlace: Equatable, Sendable {
    let index: Int

    init(_ index: Int) { self.index = index }

    static var clients: Self { Self(0) }
    static var accepted: Self { Self(1) }
    static var bytesIn: Self { Self(2) }
    static var bytesOut: Self { Self(3) }
    static var texts: Self { Self(4) }
    static var invalidBytes: Self { Self(5) }
    static var pendingBytes: Self { Self(6) }
    static var clientsNotReadFrom: Self { Self(7) }
    static var longestTurnMicroseconds: Self { Self(8) }
    static var logLinesDropped: Self { Self(9) }
    static var staleEvents: Self { Self(10) }
    static func refused(_ cause: Refusal) -> Self { Self(11 + cause.rawValue) }
    static func closed(_ ending: Ending) -> Self { Self(16 + ending.rawValue) }

    /// The number of places on a page; a few are free. A test checks that all causes have a place.
    static var count: Int { 32 }
}
