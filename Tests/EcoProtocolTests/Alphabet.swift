// The symbols that the exhaustive tests make all their strings of, and how many such strings there are.

/// A few bytes that go into a string together, packed lowest first.
struct Symbol: BitwiseCopyable {
    let bytes: UInt64
    let count: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        count = bytes.count
    }

    subscript(index: Int) -> UInt8 { UInt8(truncatingIfNeeded: bytes >> (8 * UInt64(index))) }
}

/// A set of symbols.
struct Alphabet: Sendable {
    /// Each byte of a goodbye, white space of one byte and of two, the newline, a character with an upper case, both of
    /// the characters' bytes apart, a byte that is never UTF-8, and a byte of no meaning.
    static let bytes = Alphabet(name: "bytes", word: nil)
    /// The same, and the goodbye as one symbol: short strings that have a goodbye with something around it.
    static let bytesAndGoodbye = Alphabet(name: "bytes and goodbye", word: "tchau")

    let symbols: [Symbol]
    let name: String

    private init(name: String, word: String?) {
        let text = ["t", "c", "h", "a", "u", " ", "\n", "\r", "\u{A0}", "ç", "x"] + (word.map { [$0] } ?? [])
        let broken: [[UInt8]] = [[0xC2], [0xA0], [0xC3], [0xA7], [0xFF]]
        symbols = (text.map { Array($0.utf8) } + broken).map(Symbol.init)
        self.name = name
    }

    /// Whether two symbols side by side are the bytes of a third, which is there as well.
    ///
    /// Such a string is left out: as the third symbol it is compared, with all its cuts.
    static func spellsAnother(_ first: Symbol, _ second: Symbol) -> Bool {
        first.count == 1 && second.count == 1
            && (first.bytes == 0xC2 && second.bytes == 0xA0 || first.bytes == 0xC3 && second.bytes == 0xA7)
    }

    /// How many (string, cuts) pairs there are of 1 to `length` symbols.
    ///
    /// A symbol of n bytes can be cut, or not, after each of them, in 2ⁿ ways; the last byte of a string ends its read in
    /// any case. Strings of k symbols: f(k) = w·f(k - 1) - 8·f(k - 2), where w is the sum of the 2ⁿ, and 8 counts the two
    /// pairs that spell another symbol, in their four ways.
    func caseCount(length: Int) -> Int {
        let weight = symbols.reduce(0) { $0 + 1 << $1.count }
        var (beforeLast, last, sum) = (0, 1, 0)
        for _ in 0..<length {
            (beforeLast, last) = (last, weight * last - 8 * beforeLast)
            sum += last / 2
        }
        return sum
    }
}
