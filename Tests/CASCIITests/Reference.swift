// What a pass has to come to, byte by byte, as `CASCII.h` says it.

/// The reference for all variants.
enum Reference {
    /// The text in upper case, and what is said of it.
    static func run(_ bytes: [UInt8]) -> (text: [UInt8], outcome: Outcome) {
        var outcome = Outcome()
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "\n") { outcome.newlines += 1 }
            if byte > 0x7F { outcome.isBeyondASCII = true }
            if index > 0, bytes[index - 1] == UInt8(ascii: "\n"), mayBeGoodbye(bytes[index...]) {
                outcome.stops.append(index)
            }
        }
        return (bytes.map(upperCase), outcome)
    }

    static func upperCase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 0x20 : byte
    }

    /// Whether a pass stops at a line.
    private static func mayBeGoodbye(_ line: ArraySlice<UInt8>) -> Bool {
        let rest = line.drop { $0 <= UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        switch rest.first {
        case nil, 0xC2, 0xE1, 0xE2, 0xE3: return true
        case UInt8(ascii: "t"): return rest.count == 1 || rest.dropFirst().first == UInt8(ascii: "c")
        default: return false
        }
    }
}
