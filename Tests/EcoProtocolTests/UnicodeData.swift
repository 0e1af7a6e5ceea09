// The Unicode Character Database's own upper case mappings, from the files of Debian's package unicode-data.

import FoundationEssentials

/// A version of the Unicode Standard.
struct UnicodeVersion: Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }

    var description: String { "\(major).\(minor)" }
}

/// The full, unconditional upper case mappings of UnicodeData.txt and SpecialCasing.txt.
struct UnicodeData {
    static let directory = "/usr/share/unicode"

    let version: UnicodeVersion
    private var mappings: [UInt32: [UInt32]] = [:]

    /// What is wrong with the files, in one line.
    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init() throws(Unusable) {
        let unicodeData = try Self.lines(of: "UnicodeData.txt")
        let specialCasing = try Self.lines(of: "SpecialCasing.txt")
        // The first line is, say, "# SpecialCasing-15.0.0.txt".
        let numbers = specialCasing.first?.split { !$0.isNumber }.compactMap { Int($0) } ?? []
        guard numbers.count == 3 else { throw Unusable(description: "SpecialCasing.txt does not tell its version") }
        version = UnicodeVersion(numbers[0], numbers[1])

        // UAX #44: field 0 is the code point, field 12 the simple upper case mapping. Ranges (First, Last) have none.
        for line in unicodeData {
            let fields = line.split(separator: ";", omittingEmptySubsequences: false)
            if fields.count > 12, let scalar = UInt32(fields[0], radix: 16), let upper = UInt32(fields[12], radix: 16) {
                mappings[scalar] = [upper]
            }
        }
        // Code point; lower; title; upper; conditions, if there are any; a comment.
        for line in specialCasing {
            let fields = line.prefix { $0 != "#" }.split(separator: ";").map { $0.split(separator: " ") }
            let isUnconditional = fields.count == 4 || fields.count == 5 && fields[4].isEmpty
            if isUnconditional, let scalar = fields[0].first.flatMap({ UInt32($0, radix: 16) }) {
                mappings[scalar] = fields[3].compactMap { UInt32($0, radix: 16) }
            }
        }
    }

    /// How many scalars have an upper case other than themselves.
    var mappingCount: Int { mappings.count }

    /// The upper case of a scalar, in UTF-8.
    func upperCase(of scalar: Unicode.Scalar) -> [UInt8] {
        let upper = mappings[scalar.value, default: [scalar.value]].compactMap(Unicode.Scalar.init)
        return upper.flatMap { Array(String($0).utf8) }
    }

    private static func lines(of name: String) throws(Unusable) -> [Substring] {
        let path = directory + "/" + name
        do {
            return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        } catch {
            throw Unusable(description: "\(path) cannot be read: run `make deps`")
        }
    }
}
