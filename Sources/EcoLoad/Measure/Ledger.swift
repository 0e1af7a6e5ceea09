// The fate of every connection.

/// The ledger of a run: every connection that was asked for has exactly one fate.
public struct Ledger: Sendable, Codable, Equatable {
    /// How a connection ended.
    public enum Fate: String, Sendable, Codable, CaseIterable {
        /// It was served until the generator ended it.
        case served
        /// Nothing accepted it, or the server said that it is full.
        case refused
        case reset
        case timedOut
        /// The server ended it early.
        case closedEarly
        /// This machine has no port left for it.
        case outOfPorts
        /// This process has no descriptor left for it.
        case outOfDescriptors
        case wrongBytes
        /// The generator gave it up because the run was ended early.
        case givenUp
        /// There is no route to the server, or the kernel refused for another reason.
        case unreachable
        /// Nothing listened, and the kernel had given the client the very port that it connected to, so it reached itself (RFC 9293, 3.5,
        /// simultaneous open).
        case selfConnected
    }

    /// Connections that were asked for, and how far they came.
    public var asked = 0
    public var connected = 0
    public var greeted = 0
    public var answered = 0
    public var fates: [Fate: Int] = [:]

    public init() {}

    public subscript(fate: Fate) -> Int { fates[fate, default: 0] }

    mutating func count(_ fate: Fate) { fates[fate, default: 0] += 1 }

    /// Connections that were not served to the end.
    public var errors: Int { fates.reduce(0) { $0 + ($1.key == .served || $1.key == .givenUp ? 0 : $1.value) } }

    /// Whether every connection has its fate, and no stage has more than the one before it.
    public var tallies: Bool {
        asked == fates.values.reduce(0, +) && asked >= connected && connected >= greeted && greeted >= answered
            && greeted >= self[.served]
    }

    public static func += (left: inout Self, right: Self) {
        left.asked += right.asked
        left.connected += right.connected
        left.greeted += right.greeted
        left.answered += right.answered
        left.fates.merge(right.fates, uniquingKeysWith: +)
    }

    // A dictionary with such keys would be written as a list.
    private enum CodingKeys: String, CodingKey { case asked, connected, greeted, answered, fates }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        asked = try values.decode(Int.self, forKey: .asked)
        connected = try values.decode(Int.self, forKey: .connected)
        greeted = try values.decode(Int.self, forKey: .greeted)
        answered = try values.decode(Int.self, forKey: .answered)
        let named = try values.decode([String: Int].self, forKey: .fates)
        fates = Dictionary(
            uniqueKeysWithValues: named.filter { $0.value != 0 }.compactMap { name, count in
                Fate(rawValue: name).map { ($0, count) }
            })
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(asked, forKey: .asked)
        try values.encode(connected, forKey: .connected)
        try values.encode(greeted, forKey: .greeted)
        try values.encode(answered, forKey: .answered)
        let named = Fate.allCases.map { ($0.rawValue, self[$0]) }
        try values.encode(Dictionary(uniqueKeysWithValues: named), forKey: .fates)
    }
}

/// The first wrong byte.
public struct WrongByte: Sendable, Codable, Equatable {
    /// The client's index, from 0, and how many bytes of its answers had come before.
    public var client: Int
    public var offset: UInt64
    /// Nil if nothing more was expected.
    public var expected: UInt8?
    public var got: UInt8
    /// In which part of the session: `greeting`, `answer`, `goodbye`.
    public var part: String
}

/// How evenly clients were served.
public struct Fairness: Sendable, Codable, Equatable {
    /// The number of greeted clients, and the messages of the least and the most served of them.
    public var clients = 0
    public var least = 0
    public var most = 0
    /// Clients that were never answered.
    public var neverAnswered = 0
    var sum = 0.0
    var sumOfSquares = 0.0

    public init() {}

    mutating func count(_ messages: Int, hasBeenAnswered: Bool) {
        least = clients == 0 ? messages : min(least, messages)
        most = max(most, messages)
        clients += 1
        if !hasBeenAnswered { neverAnswered += 1 }
        sum += Double(messages)
        sumOfSquares += Double(messages) * Double(messages)
    }

    /// Jain's index: 1 if all were served alike, 1/n if one client got everything (Jain, Chiu, Hawe 1984).
    public var index: Double { sumOfSquares > 0 ? sum * sum / (Double(clients) * sumOfSquares) : 1 }

    public static func += (left: inout Self, right: Self) {
        guard right.clients > 0 else { return }
        left.least = left.clients == 0 ? right.least : min(left.least, right.least)
        left.most = max(left.most, right.most)
        left.clients += right.clients
        left.neverAnswered += right.neverAnswered
        left.sum += right.sum
        left.sumOfSquares += right.sumOfSquares
    }
}
