// UTF-8 as the Unicode Standard's Table 3-7 has it: the table itself, and a search in it.

extension ReferenceSession {
    /// The Unicode Standard, Table 3-7, "Well-Formed UTF-8 Byte Sequences".
    static let wellFormedSequences: [[ClosedRange<UInt8>]] = [
        [0x00...0x7F],
        [0xC2...0xDF, 0x80...0xBF],
        [0xE0...0xE0, 0xA0...0xBF, 0x80...0xBF],
        [0xE1...0xEC, 0x80...0xBF, 0x80...0xBF],
        [0xED...0xED, 0x80...0x9F, 0x80...0xBF],
        [0xEE...0xEF, 0x80...0xBF, 0x80...0xBF],
        [0xF0...0xF0, 0x90...0xBF, 0x80...0xBF, 0x80...0xBF],
        [0xF1...0xF3, 0x80...0xBF, 0x80...0xBF, 0x80...0xBF],
        [0xF4...0xF4, 0x80...0x8F, 0x80...0xBF, 0x80...0xBF],
    ]

    /// Scalars where the table has them, and each byte that belongs to none by itself.
    ///
    /// Maximal subparts need no more than that: what follows the first byte of one are continuation bytes, which begin
    /// nothing and so go by themselves too.
    static func decode(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var rest = bytes[...]
        while let first = rest.first {
            let sequence = rest.prefix(scalarLength(at: rest))
            rest.removeFirst(max(sequence.count, 1))
            let scalar = String(decoding: sequence, as: UTF8.self).unicodeScalars.first
            pieces.append(scalar.map(Piece.scalar) ?? .invalid(first))
        }
        return pieces
    }

    /// The length of the well-formed sequence that these bytes begin with; 0 if they begin with none.
    static func scalarLength(at bytes: ArraySlice<UInt8>) -> Int {
        for row in wellFormedSequences where bytes.count >= row.count {
            if zip(row, bytes).allSatisfy({ $0.contains($1) }) { return row.count }
        }
        return 0
    }

    /// The proper prefix of a well-formed sequence that these bytes end with, if they do.
    static func cutSequence(atEndOf bytes: [UInt8]) -> [UInt8] {
        for count in 1...3 where bytes.count >= count {
            let end = bytes.suffix(count)
            for row in wellFormedSequences where row.count > count {
                if zip(row, end).allSatisfy({ $0.contains($1) }) { return Array(end) }
            }
        }
        return []
    }
}
