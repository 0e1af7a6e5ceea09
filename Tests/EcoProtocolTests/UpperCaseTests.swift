// The upper case of every Unicode scalar is the standard library's, and that of the Unicode Character Database.

import EcoProtocol
import Testing

@Suite struct UpperCaseTests {
    static let scalars = (UInt32(0)...0x10FFFF).compactMap(Unicode.Scalar.init)
    static let scalarCount = 0x110000 - 0x800

    /// Scalars that were there before their upper case was: the version that brought it.
    static let laterMappings: [Unicode.Scalar: UnicodeVersion] = [
        "\u{19B}": UnicodeVersion(16, 0),
        "\u{264}": UnicodeVersion(16, 0),
        "\u{A7D3}": UnicodeVersion(17, 0),
        "\u{A7D5}": UnicodeVersion(17, 0),
    ]

    /// Collects what went wrong, and reports it as one issue.
    struct Failures {
        private var count = 0
        private var first = ""

        mutating func note(_ scalar: Unicode.Scalar, got: [UInt8], want: [UInt8]) {
            if count == 0 {
                first = "U+\(String(scalar.value, radix: 16, uppercase: true)): got [\(hex(got))], want [\(hex(want))]"
            }
            count += 1
        }

        func expectNone() {
            #expect(count == 0, "\(count) differ; the first: \(first)")
        }
    }

    @Test func `Alone, it is the standard library's`() {
        let space = OwnedSpace(readCapacity: 4)
        var failures = Failures()
        var count = 0
        for scalar in Self.scalars {
            count += 1
            var session = Session()
            let reply = space.answer(&session, utf8(String(scalar)))
            let expected = utf8(scalar.properties.uppercaseMapping)
            if reply != ReferenceSession.Reply(bytes: expected, texts: 1) {
                failures.note(scalar, got: reply.bytes, want: expected)
            }
        }
        failures.expectNone()
        #expect(count == Self.scalarCount)
    }

    /// 64 scalars at a time, with ASCII, Latin and Greek neighbours.
    @Test(arguments: [("", ""), ("a", "z"), ("olá ", " é"), ("ΐ", "ß"), ("uma linha comprida ", "\n")])
    func `In the midst of text, it is the standard library's`(before: String, after: String) {
        let space = OwnedSpace(readCapacity: 64 * 32)
        var failures = Failures()
        for first in stride(from: UInt32(0), to: 0x110000, by: 64) {
            let scalars = (first..<first + 64).compactMap(Unicode.Scalar.init)
            if scalars.isEmpty { continue }
            var read: [UInt8] = []
            var expected: [UInt8] = []
            for scalar in scalars {
                read += utf8(before) + utf8(String(scalar)) + utf8(after)
                expected += utf8(before.uppercased() + scalar.properties.uppercaseMapping + after.uppercased())
            }
            var session = Session()
            let reply = space.answer(&session, read)
            if reply.bytes != expected || reply.verdict != .goOn || reply.invalidBytes != 0 {
                failures.note(scalars[0], got: reply.bytes, want: expected)
            }
        }
        failures.expectNone()
    }

    @Test func `Cut at any of its bytes, it is the standard library's, and comes with the last byte`() {
        let space = OwnedSpace(readCapacity: 4)
        var failures = Failures()
        for scalar in Self.scalars where !scalar.isASCII {
            let bytes = utf8(String(scalar))
            let expected = utf8(scalar.properties.uppercaseMapping)
            for cut in 1..<bytes.count {
                var session = Session()
                let begun = space.answer(&session, Array(bytes[..<cut]))
                let ended = space.answer(&session, Array(bytes[cut...]))
                if begun != ReferenceSession.Reply() || ended != ReferenceSession.Reply(bytes: expected, texts: 1) {
                    failures.note(scalar, got: begun.bytes + ended.bytes, want: expected)
                }
            }
        }
        failures.expectNone()
    }

    /// `AnswerSpace` and the table are made for these lengths.
    @Test func `None is longer than three times its scalar, nor than 8 bytes`() {
        for scalar in Self.scalars {
            let count = scalar.properties.uppercaseMapping.utf8.count
            if count > 3 * UTF8.width(scalar) || count > 8 {
                Issue.record("the upper case of U+\(String(scalar.value, radix: 16)) has \(count) bytes")
            }
        }
    }

    /// Compared where both know the scalar: the standard library's Unicode version is a later one, as a rule.
    @Test func `It is that of the Unicode Character Database`() throws {
        let data: UnicodeData
        do {
            data = try UnicodeData()
        } catch {
            Issue.record("\(error)")
            return
        }
        let space = OwnedSpace(readCapacity: 4)
        var failures = Failures()
        var later: Set<Unicode.Scalar> = []
        for scalar in Self.scalars {
            guard let age = scalar.properties.age, UnicodeVersion(age.major, age.minor) <= data.version else {
                continue
            }
            var session = Session()
            let reply = space.answer(&session, utf8(String(scalar)))
            let expected = data.upperCase(of: scalar)
            if reply.bytes == expected { continue }
            if let version = Self.laterMappings[scalar], version > data.version {
                later.insert(scalar)
            } else {
                failures.note(scalar, got: reply.bytes, want: expected)
            }
        }
        failures.expectNone()
        // Unicode 15.0 has 1,525: fewer means that the files were not understood.
        #expect(data.mappingCount >= 1400)
        #expect(later == Set(Self.laterMappings.filter { $0.value > data.version }.keys), "exceptions that are none")
    }

    /// What "by trial" says of UTF-8, and what Table 3-7 says.
    @Test func `The reference's table of UTF-8 is the standard library's UTF-8`() {
        let edges: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0, 0xEF, 0xF0, 0xFF]
        func check(_ bytes: [UInt8]) {
            let isScalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.count == 1
            let length = ReferenceSession.scalarLength(at: bytes[...])
            if isScalar != (length == bytes.count) { Issue.record("\(hex(bytes)): \(isScalar), \(length)") }
        }
        for first in UInt8.min ... .max {
            check([first])
            for second in UInt8.min ... .max {
                check([first, second])
                if first < 0xE0 { continue }
                for third in edges {
                    check([first, second, third])
                    if first < 0xF0 { continue }
                    for fourth in edges { check([first, second, third, fourth]) }
                }
            }
        }
    }
}
