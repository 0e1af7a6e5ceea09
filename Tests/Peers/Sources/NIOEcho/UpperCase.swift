// Upper case in a `ByteBuffer`: a loop over bytes for ASCII, scalar by scalar for all else.

import NIOCore

extension ByteBuffer {
    /// Whether all readable bytes are ASCII. It looks at all of them: without a way out, the loop is a vector loop.
    var isASCII: Bool {
        // SAFETY: the pointer does not leave the closure.
        unsafe withUnsafeReadableBytes { bytes in
            var all: UInt8 = 0
            for index in bytes.indices { all |= unsafe bytes[index] }
            return all < 0x80
        }
    }

    /// Turns the readable bytes, all of them ASCII, into upper case where they stand.
    mutating func upperCaseASCII() {
        // SAFETY: the indices are the pointer's own, and it does not leave the closure.
        unsafe withUnsafeMutableReadableBytes { bytes in
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                unsafe bytes[index] = byte.upperCaseASCII
            }
        }
    }

    /// Appends Unicode's full upper case of the text; bytes that are not UTF-8 are appended as they are.
    mutating func writeUpperCase(of text: ByteBufferView) {
        var parser = UTF8.ForwardParser()
        var iterator = text.makeIterator()
        var position = text.startIndex
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                position += encoded.count
                let scalar = UTF8.decode(encoded)
                if scalar.isASCII {
                    writeInteger(UInt8(scalar.value).upperCaseASCII)
                } else {
                    writeString(scalar.properties.uppercaseMapping)
                }
            case .error(let length):
                writeBytes(text[position..<position + length])
                position += length
            case .emptyInput: return
            }
        }
    }
}

extension ByteBufferView {
    /// How many bytes at the end are the beginning of a sequence whose rest may yet come, 0 to 3.
    var cutSequenceCount: Int {
        for count in 1...3 where count <= self.count {
            let lead = self[endIndex - count]
            if lead & 0xC0 == 0x80 { continue }
            var parser = UTF8.ForwardParser()
            var iterator = self[(endIndex - count)...].makeIterator()
            // An error that takes all of them is either one byte that begins nothing, or such a beginning.
            guard case .error(count) = parser.parseScalar(from: &iterator), 0xC2...0xF4 ~= lead else { return 0 }
            return count
        }
        return 0
    }
}

extension UInt8 {
    fileprivate var upperCaseASCII: UInt8 { self &- UInt8(ascii: "a") < 26 ? self ^ 0x20 : self }
}
