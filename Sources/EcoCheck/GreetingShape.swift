// How a server greets, right or wrong: cases that are about something else take it as it is.
import EcoProtocol

/// What a server sends to a client unasked: how many lines, and what follows the last of them.
///
/// It is learned once, from the first client. Only case 1.1 asks whether it is exact.
struct GreetingShape: Equatable {
    /// The number of newlines.
    private let lines: Int
    /// What follows the last newline, cut before and after the number if there is no line.
    private let tail: [UInt8]
    /// Whether it comes only after the client's first text.
    var comesLate = false

    /// One line: what is expected of an unknown server.
    static let line = GreetingShape(of: [newline])

    private static let newline = UInt8(ascii: "\n")

    /// - Parameter bytes: everything that the server sent before the client's first text.
    init(of bytes: [UInt8]) {
        lines = bytes.count { $0 == Self.newline }
        tail = bytes.lastIndex(of: Self.newline).map { Array(bytes[($0 + 1)...]) } ?? bytes
    }

    /// Whether it does not greet at all.
    var isNothing: Bool { lines == 0 && tail.isEmpty }
    /// Whether a client gets it without sending anything.
    var comesAtOnce: Bool { !isNothing && !comesLate }

    /// How many of the bytes are the greeting; nil until all of it has come.
    func length(in bytes: [UInt8]) -> Int? {
        if lines == 0 { return lengthOfUnterminated(in: bytes) }
        var rest = lines
        guard
            let last = bytes.firstIndex(where: { byte in
                if byte == Self.newline { rest -= 1 }
                return rest == 0
            })
        else { return nil }
        let behind = bytes[(last + 1)...].prefix(tail.count)
        if behind == tail[...] { return last + 1 + tail.count }
        // Bytes that differ are not part of it; if it is only too short, the rest may still come.
        return tail.starts(with: behind) ? nil : last + 1
    }

    /// Without a newline the end is where the first client's greeting ended, whatever the number is.
    private func lengthOfUnterminated(in bytes: [UInt8]) -> Int? {
        guard let first = tail.firstIndex(where: \.isDigit) else { return bytes.count >= tail.count ? tail.count : nil }
        let behind = tail[first...].drop(while: \.isDigit)
        guard let number = bytes.firstIndex(where: \.isDigit) else { return nil }
        let end = bytes[number...].firstIndex { !$0.isDigit } ?? bytes.count
        return bytes.count - end >= behind.count ? end + behind.count : nil
    }

    /// The number in a greeting, whatever else it has: the one after the word `cliente`, or else the first.
    static func number(in greeting: [UInt8]) -> UInt64? {
        let word = Array("cliente".utf8)
        let start = greeting.indices.first { greeting[$0...].starts(with: word) } ?? 0
        let digits = greeting[start...].drop { !$0.isDigit }.prefix(while: \.isDigit)
        // Eighteen digits are more than enough, and cannot overflow.
        return digits.count <= 18 ? UInt64(String(decoding: digits, as: UTF8.self)) : nil
    }

    /// The protocol's greeting.
    static func exact(_ number: UInt64) -> [UInt8] { Array(ServerLine.greeting(client: number).text.utf8) }

    /// Whether these bytes are the protocol's greeting, with any number.
    static func isExact(_ bytes: [UInt8]) -> Bool { number(in: bytes).map { exact($0) == bytes } ?? false }
}

extension UInt8 {
    /// Whether it is an ASCII digit.
    var isDigit: Bool { (0x30...0x39).contains(self) }
}
