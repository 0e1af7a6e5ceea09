// What a simulated client has in mind.
import SimulatedKernel

/// How one client behaves; a seed makes it, or a test writes it down.
struct ClientPlan {
    enum Ending: CaseIterable {
        /// Ends its side after the last byte, reads to the end, closes.
        case halfClose
        /// Reads all that it is owed, then closes.
        case close
        /// Stays until the server ends it: after a goodbye, when it is idle, when the server leaves.
        case stay
        /// Closes with a reset at some moment.
        case reset
        /// Is gone without a FIN.
        case vanish
        /// Closes without having read, perhaps before it was accepted.
        case leave
    }

    enum Reading: Equatable {
        /// Whatever comes, soon.
        case eager
        /// So many bytes at a time, so many nanoseconds apart.
        case slow(bytes: Int, every: Int64)
        case never
    }

    var peer = PeerAddress.ipv4(0x7F00_0001, port: 50_000)
    /// When it knocks, after the beginning.
    var arrival: Int64 = 0
    var stream: [UInt8] = []
    /// It sends segments of these lengths, over and over.
    var segments = [1 << 20]
    /// The time from one segment to the next.
    var pause: Int64 = 0
    var reading = Reading.eager
    var ending = Ending.halfClose
    /// How long it hesitates before it does what its ending says, and before it closes when the server has ended.
    var hesitation: Int64 = 0

    /// Whether it has a right to all of its answers.
    var readsAll: Bool {
        reading != .never && (ending == .halfClose || ending == .close || ending == .stay)
    }
}

extension ClientPlan {
    private static let alphabet: [String] = [
        "a", "b", "z", "Q", "7", " ", "\n", "\n", "\r\n", "\t", "ç", "ã", "ß", "ŉ", "ΐ", "ﬃ", "é", "😀", "𐐨", "\u{0}",
        "tchau",
        "tcha", " tchau ", "\u{2003}tchau\u{85}", "tchau\n", "olá", "mundo", "ı", "ſ", "ά", "῾", "汉",
    ]
    private static let broken: [[UInt8]] = [
        [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xE0, 0x80], [0xED, 0xA0, 0x80], [0x80], [0xF4, 0x90],
    ]

    /// Texts without a goodbye on a line of its own, but for what chance brings.
    static func text(_ random: inout KernelRandom, pieces: Int, goodbyes: Int, invalid: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<pieces {
            if random.happens(perMille: invalid) {
                bytes += random.pick(broken)
            } else {
                let piece = random.pick(alphabet)
                let isSpoilt = piece.contains("tchau") && !random.happens(perMille: goodbyes)
                bytes += Array((isSpoilt ? "tchaus" : piece).utf8)
            }
        }
        return bytes
    }

    /// One of the characters of the play.
    static func random(_ random: inout KernelRandom, number: Int) -> ClientPlan {
        var plan = ClientPlan()
        let port = UInt16(50_000 + number)
        plan.peer =
            random.happens(perMille: 200)
            ? .ipv6(0x2001_0DB8_0000_0000 + UInt64(random.pick(0...1)), UInt64(number), port: port)
            : .ipv4(0x7F00_0001 + UInt32(random.pick(0...2)), port: port)
        plan.arrival = random.happens(perMille: 400) ? 0 : Int64(random.pick(0...3000)) * 1_000_000
        let invalid = random.pick([0, 0, 20])
        plan.stream = text(&random, pieces: random.pick(0...60), goodbyes: random.pick([0, 0, 200]), invalid: invalid)
        plan.segments = random.pick([[1 << 20], [1], [2, 3], [7, 100], [40, 1, 1, 1]])
        plan.pause = random.pick([0, 0, 1000, 200_000, 5_000_000, 150_000_000])
        plan.hesitation = random.pick([0, 0, 1_000_000, 100_000_000, 1_500_000_000])
        switch random.pick(0...19) {
        case 0...7: plan.ending = random.pick([.halfClose, .halfClose, .close])
        case 8, 9:
            // Says goodbye, and goes on talking.
            plan.ending = .stay
            plan.stream += Array("\ntchau\ne mais isto\n".utf8)
        case 10: plan.ending = .stay
        case 11:
            // Loud.
            let line = text(&random, pieces: 30, goodbyes: 0, invalid: 0)
            for _ in 0..<random.pick(1...300) { plan.stream += line }
            plan.segments = [1 << 20]
            plan.pause = 0
        case 12:
            for _ in 0..<random.pick(1...200) { plan.stream += Array("nunca lerei isto\n".utf8) }
            plan.reading = .never
            plan.ending = random.pick([.stay, .halfClose])
        case 13, 14:
            for _ in 0..<random.pick(1...40) { plan.stream += Array("devagar\n".utf8) }
            plan.reading = .slow(bytes: random.pick(1...200), every: Int64(random.pick([1, 50, 300])) * 1_000_000)
            plan.ending = random.pick([.stay, .halfClose])
        case 15, 16: plan.ending = .reset
        case 17: plan.ending = .vanish
        case 18: plan.ending = .leave
        default:
            plan.stream = []
            plan.ending = .stay
        }
        return plan
    }
}
