// What clients send and what they expect back: streams that a seed reproduces.
import Support

/// A ring of messages that all clients read, each from its own offset, with the answers at the same places of a second ring.
///
/// Byte n of a client's stream is a function of the seed, the client and n: the ring's byte n places after the client's start. Every
/// message ends in a newline; no part of the ring reads `tchau`, so that no cut of it is a goodbye. Upper case is as long as the text, so
/// both rings have the same places.
@safe
final class Tape: Sendable {
    // SAFETY: written only by `init`, and read by all threads afterwards.
    /// The texts, followed by the first of them again, for a send across the ring's end.
    nonisolated(unsafe) let texts: UnsafeMutablePointer<UInt8>
    nonisolated(unsafe) let answers: UnsafeMutablePointer<UInt8>
    /// The ring's length in bytes.
    let count: Int
    /// How many bytes follow the ring: no single send or receive is longer.
    let overlap: Int
    /// Where each message ends: the place after its newline.
    let ends: [UInt32]
    private let seed: UInt64

    /// The minimum: small enough for a cache, long enough that clients are far apart on it.
    private static let leastBytes = 256 << 10
    private static let leastMessages = 64
    /// There are fewer large messages, so that the ring stays below this.
    private static let mostBytes = 32 << 20

    /// - Parameter overlap: by how many bytes the rings continue after their end.
    init(_ plan: LoadPlan, overlap: Int) {
        var random = SeededRandom(seed: plan.seed)
        let sizes = Self.sizes(plan.sizes, &random)
        count = sizes.reduce(0, +)
        self.overlap = overlap
        seed = plan.seed
        var end = 0
        ends = sizes.map { size in
            end += size
            return UInt32(end)
        }
        unsafe texts = .allocate(capacity: count + overlap)
        unsafe answers = .allocate(capacity: count + overlap)
        var place = 0
        for size in sizes {
            // SAFETY: the sum of the sizes is the capacity minus the overlap.
            unsafe Words.fill(texts + place, count: size - 1, plan.language, &random)
            unsafe texts[place + size - 1] = UInt8(ascii: "\n")
            place += size
        }
        for place in 0..<count {
            unsafe answers[place] = plan.serverProtocol == .echo ? texts[place] : Words.upperCase(texts, place)
        }
        for place in 0..<overlap {
            unsafe texts[count + place] = texts[place % count]
            unsafe answers[count + place] = answers[place % count]
        }
    }

    deinit {
        unsafe texts.deallocate()
        unsafe answers.deallocate()
    }

    /// Sizes in the mix's proportions, in an order that the seed determines.
    private static func sizes(_ mix: SizeMix, _ random: inout SeededRandom) -> [Int] {
        let total = mix.entries.reduce(0) { $0 + $1.weight }
        let fitting = max(4, Int(Double(mostBytes) / mix.mean))
        let messages = max(min(leastMessages * mix.entries.count, fitting), Int(Double(leastBytes) / mix.mean))
        var sizes: [Int] = []
        for entry in mix.entries {
            let share = max(1, Int((Double(messages) * entry.weight / total).rounded()))
            sizes += [Int](repeating: entry.bytes, count: share)
        }
        sizes.shuffle(using: &random)
        return sizes
    }

    /// The first message of a client.
    func start(client: Int) -> Int {
        Int(SeededRandom.mix(seed ^ (UInt64(client) &* 0x9E37_79B9_7F4A_7C15)) % UInt64(ends.count))
    }

    func begin(of message: Int) -> Int { message == 0 ? 0 : Int(ends[message - 1]) }

    func size(of message: Int) -> Int { Int(ends[message]) - begin(of: message) }

    @inline(__always)
    func next(_ message: Int) -> Int { message + 1 == ends.count ? 0 : message + 1 }
}

/// Words to fill messages with.
private enum Words {
    // None of them begins or ends with a part of `tchau` that the next could complete: a space separates them.
    private static let ascii = [
        "echo", "load", "byte", "client", "server", "epoll", "queue", "42", "thread", "reactor", "x",
    ]
    private static let portuguese = [
        "não", "há", "ação", "você", "também", "às", "três", "olá", "único", "pão", "água", "é", "maçã", "fim", "42",
    ]

    static func fill(
        _ memory: UnsafeMutablePointer<UInt8>, count: Int, _ language: LoadPlan.Language, _ random: inout SeededRandom
    ) {
        let words = language == .ascii ? ascii : portuguese
        var place = 0
        while place < count {
            let word = words[Int(random.next() % UInt64(words.count))]
            // Whole characters only; the rest is filled with a digit.
            if place + word.utf8.count > count { break }
            for byte in word.utf8 {
                unsafe memory[place] = byte
                place += 1
            }
            if place < count {
                unsafe memory[place] = UInt8(ascii: " ")
                place += 1
            }
        }
        while place < count {
            unsafe memory[place] = UInt8(ascii: "0") + UInt8(random.next() % 10)
            place += 1
        }
    }

    /// The upper case of the byte at this place: ASCII, and the second byte of à to þ, which are C3 A0 to C3 BE.
    static func upperCase(_ text: UnsafeMutablePointer<UInt8>, _ place: Int) -> UInt8 {
        let byte = unsafe text[place]
        if (0x61...0x7A).contains(byte) { return byte - 0x20 }
        let isSecond = place > 0 && byte & 0xC0 == 0x80
        return unsafe isSecond && text[place - 1] == 0xC3 && byte >= 0xA0 ? byte - 0x20 : byte
    }
}
