// Text from outside that is not UTF-8: file names, arguments and variables are bytes to the kernel.

/// Bytes that are not UTF-8. As Swift text they would change, and name a different file.
public struct NotUTF8: Error, Equatable, Sendable {
    /// The text, with `\xE9` and the like for bytes that are not UTF-8.
    public let escaped: String

    /// - Parameter bytes: valid parts stay as they are.
    public init(_ bytes: [UInt8]) {
        var escaped = ""
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let scalar):
                escaped.unicodeScalars.append(Unicode.UTF8.decode(scalar))
                position += scalar.count
            case .error(let length):
                for byte in bytes[position..<position + length] {
                    escaped += "\\x" + String(byte, radix: 16, uppercase: true)
                }
                position += length
            case .emptyInput:
                self.escaped = escaped
                return
            }
        }
    }
}

extension String {
    /// The text of these bytes, without repair.
    init(exactly bytes: [UInt8]) throws(NotUTF8) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw NotUTF8(bytes) }
        self = text
    }
}
