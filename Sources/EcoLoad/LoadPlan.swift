// The plan of a load: everything that decides what is sent, when, and how it is judged.

/// A load to put on a server. A value of plain settings; the same plan and seed send the same bytes.
public struct LoadPlan: Sendable, Codable, Equatable {
    /// What a client does.
    public enum Mode: String, Sendable, Codable {
        /// Sends texts and checks the answers, for as long as the run lasts.
        case talk
        /// Connects, reads the greeting, says goodbye, waits for the end, and starts over; a session counts as a message.
        case churn
        /// Connects and is idle; at the end each client sends one message.
        case hold
    }

    /// The protocol that the server is expected to speak.
    public enum ServerProtocol: String, Sendable, Codable, CaseIterable {
        /// This project's: greeting, upper case, goodbye.
        case eco
        /// Any plain echo server's: what is sent comes back, and nothing else.
        case echo
    }

    /// What texts are made of.
    public enum Language: String, Sendable, Codable, CaseIterable {
        case ascii, portuguese
    }

    /// How the messages of an open loop are spaced.
    public enum Arrivals: String, Sendable, Codable, CaseIterable {
        /// Evenly.
        case uniform
        /// At random and independently of each other, as the messages of many people are.
        case poisson
    }

    public var mode: Mode
    public var serverProtocol = ServerProtocol.eco
    public var language = Language.ascii
    public var clients = 100
    public var sizes = SizeMix.one(64)
    /// Closed loop: messages in flight per client.
    public var depth = 1
    /// Open loop: messages per second, of all clients together; nil for a closed loop.
    public var rate: Double?
    public var arrivals = Arrivals.uniform
    public var durationSeconds = 10.0
    /// Ends the run after this many messages, whatever the duration.
    public var messages: Int?
    public var warmupSeconds = 1.0
    /// Connecting is spread over this time; 0 connects as fast as the server accepts.
    public var rampSeconds = 0.0
    /// Closed loop: a client's pause between an answer and its next message.
    public var thinkSeconds = 0.0
    /// A connection, a greeting or an answer that takes longer is given up.
    public var timeoutSeconds = 5.0
    /// Ends the run early if more connections than this go wrong before the messages begin; nil never does.
    public var mostFailures: Int?
    public var seed: UInt64 = 1
    public var threads = 1
    public var repeats = 1
    /// Source addresses to spread the connections over, as text; empty leaves it to the kernel.
    public var sources: [String] = []

    /// The defaults of a mode. Idle clients need no warm-up, and a second shows whether they stay.
    public init(_ mode: Mode = .talk) {
        self.mode = mode
        if mode == .hold { (durationSeconds, warmupSeconds) = (1, 0) }
    }

    public var isOpenLoop: Bool { rate != nil }

    /// Whether another plan puts the same load on a server, apart from its seed and its number of repeats.
    public func isSameWork(as other: Self) -> Bool {
        var copy = other
        (copy.seed, copy.repeats) = (seed, repeats)
        return copy == self
    }
}

/// Sizes of messages, with how often each comes.
public struct SizeMix: Sendable, Codable, Equatable {
    public struct Entry: Sendable, Codable, Equatable {
        /// In bytes, the newline included.
        public var bytes: Int
        /// In proportion to the other entries' weights.
        public var weight: Double

        public init(bytes: Int, weight: Double) {
            self.bytes = bytes
            self.weight = weight
        }
    }

    public var entries: [Entry]

    /// At least one entry; sizes of 1 byte to `largest`, weights above 0.
    public init(_ entries: [Entry]) { self.entries = entries }

    public static func one(_ bytes: Int) -> Self { Self([Entry(bytes: bytes, weight: 1)]) }

    /// The largest message: an answer has to fit into memory together with all others.
    public static let largest = 16 << 20

    /// The mean size, in bytes.
    public var mean: Double {
        entries.reduce(0) { $0 + Double($1.bytes) * $1.weight } / entries.reduce(0) { $0 + $1.weight }
    }
}
