// Bytes as people can read them.

/// Bytes in quotation marks: characters as they are, the rest escaped as in C, cut to a window if they are many.
struct ByteText {
    let text: String
    /// The column of the marked byte within `text`; nil if none is marked.
    let column: Int?

    private struct Mark {
        let text: String
        let offset: Int
        let count: Int
    }

    /// The most characters to show.
    private static let width = 56
    /// The number of bytes before the marked one, each of at most four characters.
    private static let before = 8

    /// - Parameter marked: the offset of a byte to show in any case, at most the number of bytes.
    init(_ bytes: [UInt8], marked: Int? = nil) {
        let first = max(0, (marked ?? 0) - Self.before)
        // Enough for the window, whatever the characters are; a character that begins before it is not shown in half.
        let start = Self.characterStart(bytes, first)
        let marks = Self.marks(bytes, from: start)
        var text = start > 0 ? "…\"" : "\""
        var column: Int?
        for mark in marks {
            if let marked, marked >= mark.offset, marked < mark.offset + mark.count { column = text.count }
            if text.count > Self.width { break }
            text += mark.text
        }
        if let marked, marked >= bytes.count { column = text.count }
        let shownAll = marks.reduce(0) { $0 + $1.text.count } <= Self.width
        let isWhole = shownAll && (marks.last.map { $0.offset + $0.count } ?? start) == bytes.count
        self.text = text + (isWhole ? "\"" : "\"… (\(bytes.count) bytes)")
        self.column = column
    }

    private static func characterStart(_ bytes: [UInt8], _ offset: Int) -> Int {
        var start = min(offset, bytes.count)
        while start > 0, start < bytes.count, bytes[start] & 0xC0 == 0x80, offset - start < 3 { start -= 1 }
        return start
    }

    private static func marks(_ bytes: [UInt8], from start: Int) -> [Mark] {
        var marks: [Mark] = []
        var offset = start
        while offset < bytes.count, marks.count <= 2 * width {
            let mark = mark(bytes, at: offset)
            marks.append(mark)
            offset += mark.count
        }
        return marks
    }

    private static func mark(_ bytes: [UInt8], at offset: Int) -> Mark {
        let byte = bytes[offset]
        switch byte {
        case 0x0A: return Mark(text: "\\n", offset: offset, count: 1)
        case 0x0D: return Mark(text: "\\r", offset: offset, count: 1)
        case 0x09: return Mark(text: "\\t", offset: offset, count: 1)
        case 0x22: return Mark(text: "\\\"", offset: offset, count: 1)
        case 0x5C: return Mark(text: "\\\\", offset: offset, count: 1)
        case 0x20...0x7E: return Mark(text: String(UnicodeScalar(byte)), offset: offset, count: 1)
        case 0xC2...0xF4:
            let count = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
            let end = min(offset + count, bytes.count)
            if let text = String(validating: bytes[offset..<end], as: UTF8.self),
                let scalar = text.unicodeScalars.first,
                isShown(scalar)
            {
                return Mark(text: text, offset: offset, count: end - offset)
            }
        default: break
        }
        let digits = String(byte, radix: 16, uppercase: true)
        return Mark(text: "\\x\(byte < 16 ? "0" : "")\(digits)", offset: offset, count: 1)
    }

    /// Letters, digits, marks and symbols that take exactly one column.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        // East Asian scripts and emoji take two columns, which would misplace the mark.
        guard scalar.value < 0x1100 || (0x1E00..<0x2E80).contains(scalar.value) else { return false }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .decimalNumber,
            .currencySymbol, .mathSymbol, .otherPunctuation, .otherSymbol:
            true
        default: false
        }
    }
}
