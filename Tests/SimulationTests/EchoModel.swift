// What a client is to receive, worked out from the protocol with the standard library, and from nothing of the server's.

/// The answers to one client's stream; told of every read, because some goodbyes depend on how the stream is cut.
struct EchoModel {
    enum End: Equatable { case goodbye, invalidText }

    let closesOnInvalid: Bool
    /// Everything that the client is owed so far, the greeting included.
    private(set) var expected: [UInt8] = []
    /// Why the session is over, if it is.
    private(set) var end: End?
    /// The beginning of a character whose rest has not come.
    private(set) var held: [UInt8] = []
    /// What came since the last newline.
    private var line: [UInt8] = []

    init(closesOnInvalid: Bool) { self.closesOnInvalid = closesOnInvalid }

    /// Appends what the server says of its own accord.
    mutating func says(_ line: String) { expected += Array(line.utf8) }

    /// Appends what a plain echo server says to this.
    mutating func repeats(_ bytes: ArraySlice<UInt8>) { expected += bytes }

    /// One read of the server. Message goodbyes count unless the whole stream is given as one.
    mutating func read(_ bytes: ArraySlice<UInt8>, countsMessages: Bool = true) {
        guard end == nil else { return }
        let all = held + bytes
        let isClean = held.isEmpty
        held = Array(all.suffix(Self.cutLength(all)))
        let hasNewline = answer(all.dropLast(held.count))
        guard end == nil, countsMessages, isClean, held.isEmpty, !hasNewline else { return }
        if Self.isGoodbye(bytes) { end = .goodbye }
    }

    /// The client's end of stream, or the server's leaving, which is not the client's fault: what is held is answered as it is.
    mutating func finish(byServer: Bool = false) {
        guard end == nil, !held.isEmpty else { return }
        if closesOnInvalid, !byServer { complain() } else { expected += held }
        held = []
    }

    /// Answers whole characters and what can become none; says whether a newline was among them.
    private mutating func answer(_ bytes: ArraySlice<UInt8>) -> Bool {
        var hasNewline = false
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            if byte < 0x80 {
                expected.append(byte >= 0x61 && byte <= 0x7A ? byte - 32 : byte)
                position += 1
                guard byte == 0x0A else {
                    line.append(byte)
                    continue
                }
                hasNewline = true
                if Self.isGoodbye(line[...]) {
                    end = .goodbye
                    return true
                }
                line = []
                continue
            }
            var parser = Unicode.UTF8.ForwardParser()
            var iterator = bytes[position..<min(position + 4, bytes.endIndex)].makeIterator()
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                expected += Array(Unicode.UTF8.decode(encoded).properties.uppercaseMapping.utf8)
                line += bytes[position..<position + encoded.count]
                position += encoded.count
            case .error(let length):
                if closesOnInvalid {
                    complain()
                    return hasNewline
                }
                expected += bytes[position..<position + length]
                line += bytes[position..<position + length]
                position += length
            case .emptyInput: return hasNewline
            }
        }
        return hasNewline
    }

    private mutating func complain() {
        if expected.last != 0x0A { expected.append(0x0A) }
        says("Erro: texto não é UTF-8 válido.\n")
        end = .invalidText
    }

    /// `tchau`, white space around it aside.
    static func isGoodbye(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count < 200, let text = String(validating: bytes, as: UTF8.self) else { return false }
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        var scalars = text.unicodeScalars[...]
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars) == "tchau"
    }

    /// How many bytes at the end could become a character if more came: tries out whether some would.
    private static func cutLength(_ bytes: [UInt8]) -> Int {
        guard let last = bytes.last, last >= 0x80 else { return 0 }
        for count in 1...3 where count <= bytes.count {
            let tail = Array(bytes.suffix(count))
            guard tail[0] & 0xC0 != 0x80 else { continue }
            for next: UInt8 in [0x80, 0x90, 0xA0] {
                for more in 0...2 {
                    let whole = tail + [next] + Array(repeating: UInt8(0x80), count: more)
                    if let text = String(validating: whole, as: UTF8.self), text.unicodeScalars.count == 1 {
                        return count
                    }
                }
            }
        }
        return 0
    }
}
