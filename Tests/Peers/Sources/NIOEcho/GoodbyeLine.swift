// Recognises a goodbye: a line that is exactly `tchau` between white space.

import NIOCore

/// How far a line is on its way to being a goodbye. It is fed as its bytes arrive, so that no line need be kept.
struct GoodbyeLine {
    private var matchedCount = 0
    private var isOrdinary = false

    var isGoodbye: Bool { matchedCount == 5 && !isOrdinary }

    /// Goes on with more of the line, whole characters or bytes that are not UTF-8.
    mutating func advance(over bytes: ByteBufferView) {
        var parser = UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        // Most lines are ordinary from their first character on: the rest of them is not looked at.
        while !isOrdinary {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): advance(over: UTF8.decode(encoded))
            case .error: isOrdinary = true
            case .emptyInput: return
            }
        }
    }

    private mutating func advance(over scalar: Unicode.Scalar) {
        if scalar.isWhiteSpace {
            isOrdinary = 1...4 ~= matchedCount
        } else if scalar == expected {
            matchedCount += 1
        } else {
            isOrdinary = true
        }
    }

    private var expected: Unicode.Scalar? {
        switch matchedCount {
        case 0: "t"
        case 1: "c"
        case 2: "h"
        case 3: "a"
        case 4: "u"
        default: nil
        }
    }
}

extension Unicode.Scalar {
    /// White space as the lesson's `strip` takes it: Unicode's, and the four separators from U+001C.
    fileprivate var isWhiteSpace: Bool {
        isASCII ? 0x09...0x0D ~= value || 0x1C...0x20 ~= value : properties.isWhitespace
    }
}
