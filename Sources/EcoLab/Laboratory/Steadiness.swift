// How steady the machine was during the experiment.
import LinuxIO
import Statistics
import Support

/// The times of a fixed piece of work, run before every trial on the servers' processor.
public struct Steadiness: Sendable, Codable, Equatable {
    public var probes = 0
    /// In milliseconds.
    public var median = 0.0
    /// Half of the probes lie within this share of the median, above or below it.
    public var spread = 0.0
    /// The slowest probe divided by the median.
    public var worst = 1.0
    /// The share of processor time that other guests of the same host took meanwhile, as far as the kernel knows.
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

    /// As a sentence.
    public var sentence: String {
        guard probes > 1 else { return "too few trials to say how steady the machine was" }
        let word = spread < 0.02 ? "was steady" : spread < 0.06 ? "was fairly steady" : "was not steady"
        let stolen =
            stolenShare > 0.001 ? ", and other guests of its host took \(Percent(stolenShare)) of its time" : ""
        return
            "the machine \(word): a fixed piece of work, run before each of \(probes) trials, was within ±\(Percent(spread)) of its median time in half of them, and took \(Verdict.factor(worst)) times the median at worst\(stolen)"
    }
}

/// The fixed piece of work.
enum SteadinessProbe {
    /// How long it takes on the given processor, in milliseconds. Blocks for about 5 ms.
    static func milliseconds(on processor: Int) -> Double {
        let before = Processors.allowed
        // If it may not run there, it stays where it is.
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
        // So that the compiler cannot remove it.
        precondition(state != 0)
        return Double(time.nanoseconds) / 1e6
    }
}

/// The kernel's account of time that was stolen from this machine. proc(5), /proc/stat.
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
