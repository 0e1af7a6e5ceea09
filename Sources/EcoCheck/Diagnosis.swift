// The cause of a failure, recognised by the bytes that came. A case itself only knows the most common mistake.
import Support

/// Recognises mistakes in bytes, without any I/O.
struct Diagnosis {
    /// The earlier texts of a client, the first text first, and those of other clients.
    let own: [[UInt8]]
    let others: [[UInt8]]
    /// What precedes the number in this server's greeting; empty if unknown.
    let greetingHead: [UInt8]
    /// The number in the client's own greeting, if that has come and has one.
    var ownNumber: UInt64?

    /// A mistake, and how it was recognised.
    struct Result: Equatable {
        let mistake: Mistake
        var note: Text?

        init(_ mistake: Mistake, _ note: Text? = nil) {
            self.mistake = mistake
            self.note = note
        }
    }

    /// Nil if nothing is recognised.
    func result(for finding: Finding) -> Result? {
        if let result = foreignGreeting(finding) { return result }
        guard !finding.got.isEmpty else { return nil }
        switch finding.expected {
        case .bytes(let expected): return wrongByte(expected, finding.got, at: finding.firstDifference ?? 0)
        // Bytes that came instead of the end follow an answer.
        case .end: return wrongByte([], finding.got, at: 0)
        case .line, .fact: return nil
        }
    }

    // MARK: - Another client's greeting

    private func foreignGreeting(_ finding: Finding) -> Result? {
        guard greetingHead.count >= 4, let place = finding.got.firstIndex(of: greetingHead) else { return nil }
        // Where a greeting was expected, a greeting is no surprise, whatever its wording.
        if case .bytes(let expected) = finding.expected, GreetingShape.isExact(expected) { return nil }
        if case .line = finding.expected { return nil }
        let line = Array(finding.got[place...].prefix { $0 != 0x0A })
        // If it gets its own greeting again, the server greets before each answer.
        guard let number = GreetingShape.number(in: line), number != ownNumber else { return nil }
        return Result(
            .addressOfALoopVariable,
            Text(
                "it got a second greeting, that of client \(number)",
                pt: "recebeu uma segunda saudação, a do cliente \(number)"))
    }

    // MARK: - A wrong byte

    private func wrongByte(_ expected: [UInt8], _ got: [UInt8], at place: Int) -> Result? {
        guard place < got.count else { return nil }
        let (wanted, came) = (place < expected.count ? expected[place] : nil, got[place])
        if came == 0, wanted != 0, !own.contains(where: { $0.contains(0) }) { return Result(.nulBehindTheText) }
        if let result = lineEnd(expected, got, at: place) { return result }
        if wanted == UInt8(ascii: "I"), got[place...].starts(with: [0xC4, 0xB0]) { return Result(.turkishUpperCase) }
        // As Latin-1 these are letters, whose upper case is 32 less.
        if let wanted, (0xE0...0xFE).contains(wanted), wanted != 0xF7, came == wanted - 0x20 {
            return Result(.latin1UpperCase)
        }
        return leftover(expected, got, at: place)
    }

    private func lineEnd(_ expected: [UInt8], _ got: [UInt8], at place: Int) -> Result? {
        let (carriageReturn, newline) = (UInt8(ascii: "\r"), UInt8(ascii: "\n"))
        let wanted = place < expected.count ? expected[place] : nil
        if got[place] == carriageReturn, wanted == newline || wanted == nil, got[place...].dropFirst().first == newline
        {
            return Result(
                .ownLineEnds, Text("its line ends in CR LF", pt: "a sua linha termina em CR LF"))
        }
        if got[place] == newline, wanted == carriageReturn {
            return Result(
                .ownLineEnds, Text("the CR of the line did not come back", pt: "o CR da linha não voltou"))
        }
        return nil
    }

    // MARK: - Bytes of another text

    /// The bytes after an answer, or in the middle of it, were sent before, by this client or another.
    private func leftover(_ expected: [UInt8], _ got: [UInt8], at place: Int) -> Result? {
        let came = Self.upper(got[place...].prefix(Self.mostCompared))
        // After the last answer, or after the one before it, which was right as far as it was compared.
        if place == expected.count || place == 0, leftovers.contains(where: { !$0.isEmpty && Self.isSame(came, $0) }) {
            return Result(.staleBuffer)
        }
        guard came.count >= Self.leastForeign else { return nil }
        let head = came.prefix(Self.leastForeign)
        let (mine, foreign) = (own.map(Self.upper), others.map(Self.upper))
        // Part of an earlier text, not from its beginning: no server answers that again, but a buffer may still hold it.
        if place == expected.count || place == 0, Self.upper(expected).firstIndex(of: head) == nil,
            mine.dropLast().contains(where: { ($0.firstIndex(of: head) ?? 0) > 0 })
        {
            return Result(.staleBuffer)
        }
        guard !mine.contains(where: { $0.firstIndex(of: head) != nil }),
            foreign.contains(where: { $0.firstIndex(of: head) != nil })
        else { return nil }
        return Result(.sharedBuffer)
    }

    private static let mostCompared = 256
    /// Fewer bytes may be equal by chance.
    private static let leastForeign = 4

    /// What a buffer still holds after each of the last two texts, if each was read into its beginning.
    private var leftovers: [[UInt8]] {
        var buffer: [UInt8] = []
        var all: [[UInt8]] = []
        for text in own {
            buffer.replaceSubrange(0..<min(text.count, buffer.count), with: text)
            all.append(Self.upper(buffer[text.count...].prefix(Self.mostCompared)))
        }
        return all.suffix(2)
    }

    /// Whether the common length of both is equal, and long enough not to be chance. A newline alone may have other causes.
    private static func isSame(_ came: [UInt8], _ left: [UInt8]) -> Bool {
        guard left != [0x0A] else { return false }
        let count = min(came.count, left.count)
        return came.prefix(count) == left.prefix(count) && count >= min(2, left.count)
    }

    private static func upper<Bytes: Sequence<UInt8>>(_ bytes: Bytes) -> [UInt8] {
        bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
    }
}

extension [UInt8] {
    /// Where these bytes begin in it.
    fileprivate func firstIndex<Bytes: Collection<UInt8>>(of bytes: Bytes) -> Int? {
        guard let first = bytes.first else { return nil }
        return indices.first { self[$0] == first && self[$0...].starts(with: bytes) }
    }
}
