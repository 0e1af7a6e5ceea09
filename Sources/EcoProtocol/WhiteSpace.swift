// The white space that may surround a goodbye: Unicode's White_Space, and U+001C to U+001F as in the lesson.

/// Recognises white space in UTF-8, by the table of PropList.txt (White_Space has 25 code points since Unicode 6.3).
enum WhiteSpace {
    /// The length in bytes of the white space character at `position`, except a newline; 0 if there is none.
    static func length(in space: AnswerSpace, at position: Int, end: Int) -> Int {
        // SAFETY: `position` and the bytes read after it are below `end`, within the read.
        func byte(_ offset: Int) -> UInt8 {
            position + offset < end ? unsafe space.base.load(fromByteOffset: position + offset, as: UInt8.self) : 0
        }
        switch byte(0) {
        case 0x09, 0x0B...0x0D, 0x1C...0x20: return 1
        case 0xC2: return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0
        case 0xE1: return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : 0
        case 0xE2: return isGeneralPunctuationSpace(byte(1), byte(2)) ? 3 : 0
        case 0xE3: return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : 0
        default: return 0
        }
    }

    /// U+2000 to U+200A, U+2028, U+2029, U+202F and U+205F, without their first byte.
    private static func isGeneralPunctuationSpace(_ second: UInt8, _ third: UInt8) -> Bool {
        switch (second, third) {
        case (0x80, 0x80...0x8A), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF), (0x81, 0x9F): true
        default: false
        }
    }
}
