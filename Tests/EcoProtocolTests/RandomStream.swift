// Streams that a client might send, or might never: made of fragments, and cut into reads, from one seed.
import Support

/// A stream, cut into reads.
struct RandomStream {
    private(set) var reads: [[UInt8]] = []
    /// No read is longer.
    private(set) var readCapacity = 1

    /// A kind of fragment.
    private enum Kind: CaseIterable {
        case ascii
        case control
        case portuguese
        case greek
        case emoji
        case lengthChanging
        case anyScalar
        case whiteSpace
        case newline
        case nearlyGoodbye
        case goodbye
        case notUTF8
    }

    private static let portuguese = ["olá", "não", "maçã", "ação", "você", "às", "pôr", "lingüiça", "É", "fim"]
    private static let emoji = ["😀", "👩‍👩‍👧", "🇧🇷", "❤️", "👍🏽", "𝔸"]
    /// Upper cases longer and shorter than they are, of one scalar and of more.
    private static let lengthChanging = "ßŉΐΰǰẖﬃﬆᾷῇᾳᾀıſɐɫɽⱥⱦꭓ𐐨\u{345}\u{390}\u{1F52}\u{1C80}".unicodeScalars
        .map { String($0) }
    /// All of it but the newline.
    static let whiteSpace = (UInt32(0)...0x3000).compactMap(Unicode.Scalar.init)
        .filter { $0 != "\n" && ReferenceSession.isWhiteSpace(.scalar($0)) }.map { String($0) }
    private static let nearlyGoodbye = [
        "Tchau", "TCHAU", "tcha", "chau", "tchaux", "xtchau", "tch au", "tcháu", "tchau\0", "\0tchau", "tchautchau",
        "tchau\u{301}", "\u{FEFF}tchau", "tchau\u{200B}", "tchau tchau", "tc\u{A0}hau", "ｔchau", "tchau.", "t",
    ]
    private static let goodbye = ["tchau", "tchau\n", "\ntchau", "\n\u{3000}tchau \r\n", "tchau\n\n"]
    private static let notUTF8: [[UInt8]] = [
        [0x80], [0xBF, 0xBF], [0xC0, 0xAF], [0xC2], [0xC3], [0xE0, 0x80], [0xE0, 0xA0], [0xE2, 0xC3, 0xA1],
        [0xE2, 0x82],
        [0xED, 0xA0, 0x80], [0xF0, 0x9F], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
        [0xF5],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC2, 0xC2, 0xA0], [0xE1, 0x80, 0xE1, 0x80, 0x80],
    ]

    init(seed: UInt64, longest: Int) {
        var random = SeededRandom(seed: seed)
        let kinds = Self.kinds(&random)
        // As many short streams as long ones.
        let byteCount = min(
            longest, 1 << Int.random(in: 0...16, using: &random) + Int.random(in: 0...9, using: &random))
        readCapacity = random.pick([1, 2, 3, 4, 5, 7, 16, 61, 64, 255, 1024, 4096, 16384, 65536])
        var fragments: [[UInt8]] = []
        var length = 0
        while length < byteCount {
            let fragment = Self.fragment(random.pick(kinds), &random)
            fragments.append(fragment)
            length += fragment.count
        }
        cut(fragments, &random)
    }

    /// The kinds of one stream: few, so that what is likely differs from stream to stream. Most streams end in no goodbye
    /// and many are UTF-8 throughout, or they would all be short.
    private static func kinds(_ random: inout SeededRandom) -> [Kind] {
        let harmless = Kind.allCases.filter { $0 != .goodbye && $0 != .notUTF8 }
        var kinds = (0..<Int.random(in: 1...4, using: &random)).flatMap { _ in
            Array(repeating: random.pick(harmless), count: random.pick([1, 5, 20]))
        }
        if random.happens(percent: 40) { kinds.append(.notUTF8) }
        if random.happens(percent: 30) { kinds.append(.goodbye) }
        if random.happens(percent: 50) { kinds.append(.newline) }
        return kinds
    }

    private static func fragment(_ kind: Kind, _ random: inout SeededRandom) -> [UInt8] {
        func text(_ texts: [String], _ random: inout SeededRandom) -> [UInt8] { Array(random.pick(texts).utf8) }
        func some(_ range: ClosedRange<UInt8>, _ random: inout SeededRandom) -> [UInt8] {
            (0..<Int.random(in: 1...40, using: &random)).map { _ in UInt8.random(in: range, using: &random) }
        }
        switch kind {
        case .ascii: return some(0x20...0x7E, &random)
        case .control: return [UInt8.random(in: 0...0x1F, using: &random)]
        case .portuguese: return text(portuguese, &random) + [UInt8(ascii: " ")]
        case .greek: return scalar(in: 0x370...0x3FF, &random) + scalar(in: 0x1F00...0x1FFF, &random)
        case .emoji: return text(emoji, &random)
        case .lengthChanging: return text(lengthChanging, &random)
        case .anyScalar: return scalar(in: random.pick([0...0x24F, 0...0xFFFF, 0...0x10FFFF]), &random)
        case .whiteSpace: return text(whiteSpace, &random)
        case .newline: return Array(random.pick(["\n", "\r\n", "\n\n"]).utf8)
        case .nearlyGoodbye: return text(nearlyGoodbye, &random) + Array(random.pick(["", "\n", " \r\n"]).utf8)
        case .goodbye: return text(goodbye, &random)
        case .notUTF8: return random.happens(percent: 80) ? random.pick(notUTF8) : some(0...0xFF, &random)
        }
    }

    private static func scalar(in range: ClosedRange<UInt32>, _ random: inout SeededRandom) -> [UInt8] {
        let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "\u{FFFD}"
        return Array(String(scalar).utf8)
    }

    /// Cuts between fragments, or anywhere, or only where the capacity asks for it.
    private mutating func cut(_ fragments: [[UInt8]], _ random: inout SeededRandom) {
        let percentBetween = random.pick([0, 0, 5, 50, 100])
        let percentWithin = random.pick([0, 0, 1, 20, 100])
        var read: [UInt8] = []
        for fragment in fragments {
            for (index, byte) in fragment.enumerated() {
                let isCut = random.happens(percent: index == 0 ? percentBetween : percentWithin)
                if !read.isEmpty && (isCut || read.count == readCapacity) {
                    reads.append(read)
                    read = []
                }
                read.append(byte)
            }
        }
        if !read.isEmpty { reads.append(read) }
    }
}
