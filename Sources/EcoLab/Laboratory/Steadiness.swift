// How steady the machine was while it measured.
import LinuxIO
import Statistics
import Support

/// The times of a fixed piece of work, made before every trial on the servers' processor.
public struct Steadiness: Sendable, Codable, Equatable {
    public var probes = 0
    /// In milliseconds.
    public var median = 0.0
    /// Half of the probes are between these, as shares of the median above and below it.
    public var spread = 0.0
    /// The slowest probe over the median.
    public var worst = 1.0
    /// The share of processor time that other guests of the same host took meanwhile, as far as the kernel is told.
    public var stolenShare = 0.0

    public init() {}

    init(_ milliseconds: [Double], stolenShare: Double) {
        self.stolenShare = stolenShare
        guard let order = OrderStatistics(milliseconds) else { return }
        probes = milliseconds.count
        median = order.median
        guard median > 0 else { return }
        spread = (order.upperQuartile - order.lowerQuartile) / median / 2
        worst = order.largest / median
    }

    /// In a sentence.
    public var sentence: String {
        guard probes > 1 else { return "too few trials to say how steady the machine was" }
        let word = spread < 0.02 ? "was steady" : spread < 0.06 ? "was fairly steady" : "was not steady"
        let stolen =
            stolenShare > 0.001 ? ", and other guests of its host took \(Percent(stolenShare)) of its time" : ""
        return
            "the machine \(word): the same piece of work, before each of \(probes) trials, took within ±\(Percent(spread)) of the same time in half of them, and \(Verdict.factor(worst)) times that at worst\(stolen)"
    }
}

/// The fixed piece of work.
enum SteadinessProbe {
    /// How long it takes on the given processor, in milliseconds. Blocks for about 5 ms.
    static func milliseconds(on processor: Int) -> Double {
        let before = Processors.allowed
        // Where it may not run, it runs where it is.
        try? Processors.use([processor])
        defer { try? Processors.use(before) }
        let start = Instant.now
        var state: UInt64 = 88_172_645_463_325_252
        for _ in 0..<4_000_000 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
        }
        let time = Instant.now - start
        // So that the compiler cannot leave it out.
        precondition(state != 0)
        return Double(time.nanoseconds) / 1e6
    }
}

/// What the kernel says of time that was taken from this machine. proc(5), /proc/stat.
struct StolenTime {
    private let stolen: Double
    private let all: Double

    /// Until now.
    static var now: Self {
        let line = (SystemFile.text(at: "/proc/stat") ?? "").split(separator: "\n").first ?? ""
        let fields = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        return Self(stolen: fields.count > 7 ? fields[7] : 0, all: fields.prefix(8).reduce(0, +))
    }

    func share(until later: Self) -> Double {
        later.all > all ? (later.stolen - stolen) / (later.all - all) : 0
    }
}
