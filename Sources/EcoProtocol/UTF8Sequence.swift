// Well-formed UTF-8 as in Table 3-7 of the Unicode Standard.

/// What is at one position of a read.
enum UTF8Sequence {
    /// A whole character: its scalar value and its length in bytes.
    case scalar(UInt32, length: Int)
    /// A maximal subpart of an ill-formed sequence: its length in bytes.
    case invalid(length: Int)

    /// The length of the sequence that this byte begins, and the allowed second bytes; 0 if it begins none.
    @inline(__always)
    private static func shape(_ lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>) {
        switch lead {
        case 0x00...0x7F: (1, 0x80...0xBF)
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (0, 0x80...0xBF)
        }
    }

    /// Decodes what is at `position`, which is below `end`.
    @inline(__always)
    static func decode(_ base: UnsafeMutableRawPointer, at position: Int, end: Int) -> Self {
        // SAFETY: every offset read is checked against `end`.
        let lead = unsafe base.load(fromByteOffset: position, as: UInt8.self)
        let (length, second) = shape(lead)
        guard length > 1 else { return length == 1 ? .scalar(UInt32(lead), length: 1) : .invalid(length: 1) }
        var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length {
            guard position + offset < end else { return .invalid(length: offset) }
            let byte = unsafe base.load(fromByteOffset: position + offset, as: UInt8.self)
            guard offset == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else { return .invalid(length: offset) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return .scalar(value, length: length)
    }

    /// How many bytes at the end of a read are a proper prefix of a well-formed sequence: 0 to 3.
    @inline(__always)
    static func cutLength(atEndOf space: AnswerSpace, from begin: Int, to end: Int) -> Int {
        // SAFETY: `end` is behind at least one byte that was read.
        guard unsafe space.base.load(fromByteOffset: end - 1, as: UInt8.self) >= 0x80 else { return 0 }
        return slowCutLength(atEndOf: space, from: begin, to: end)
    }

    private static func slowCutLength(atEndOf space: AnswerSpace, from begin: Int, to end: Int) -> Int {
        for count in 1...3 where end - count >= begin {
            // SAFETY: `end - count` is not below `begin`.
            let lead = unsafe space.base.load(fromByteOffset: end - count, as: UInt8.self)
            if lead & 0xC0 == 0x80 { continue }
            let (length, second) = shape(lead)
            guard length > count else { return 0 }
            if count > 1 {
                let byte = unsafe space.base.load(fromByteOffset: end - count + 1, as: UInt8.self)
                guard second.contains(byte) else { return 0 }
            }
            return count
        }
        return 0
    }
}
