// Documents of results: JSON that says what it is.
import FoundationEssentials
import LinuxIO

/// A document that is written to a file and read back, by this version or another.
public protocol ResultDocument: Codable {
    /// What its field `format` says, and the version of it that is known here.
    static var knownFormat: String { get }
    static var knownVersion: Int { get }
    var format: String { get }
    var version: Int { get }
    /// Why it cannot be used although it can be read; nil if it can.
    var flaw: String? { get }
}

/// Why a file is no such document.
public enum ResultDocumentError: Error, Equatable {
    /// The file cannot be read.
    case unreadable
    /// It is not a document of this kind, or not of this version.
    case notADocument(String)
    /// It is one, but has values that no measurement gives.
    case flawed(String)
}

extension ResultDocument {
    public var flaw: String? { nil }

    /// The largest time in nanoseconds, amount or count of a result, so that sums and differences stay within an Int.
    private static var mostOfAnything: Double { 1e15 }
    /// The smallest value other than 0, so that differences, their squares and quotients stay finite.
    private static var leastOfAnything: Double { 1e-30 }

    /// JSON, with a newline at its end.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self).plainJSON + "\n"
        }
    }

    /// Reads what `text` has written. Blocks while the disk does.
    public init(reading path: String) throws(ResultDocumentError) {
        guard let text = SystemFile.text(at: path, limit: 1 << 30) else { throw .unreadable }
        let (document, range): (Self, RangeOfNumbers)
        do {
            let data = Data(text.utf8)
            document = try JSONDecoder().decode(Self.self, from: data)
            range = try JSONDecoder().decode(RangeOfNumbers.self, from: data)
        } catch { throw .notADocument("\(error)") }
        guard document.format == Self.knownFormat, document.version == Self.knownVersion else {
            throw .notADocument("\(document.format) \(document.version)")
        }
        guard range.largest <= Self.mostOfAnything else { throw .flawed("it has a number larger than any measured") }
        guard range.smallest >= Self.leastOfAnything else { throw .flawed("it has a number smaller than any measured") }
        if let flaw = document.flaw { throw .flawed(flaw) }
        self = document
    }
}

/// Any JSON, searched for its largest number and its smallest except 0, whatever their signs. Seeds may be of any size, since they are
/// never added.
private struct RangeOfNumbers: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    private(set) var largest = 0.0
    private(set) var smallest = Double.infinity

    init(from decoder: any Decoder) throws {
        if let number = try? decoder.singleValueContainer().decode(Double.self) {
            largest = abs(number)
            if number != 0 { smallest = abs(number) }
        } else if let fields = try? decoder.container(keyedBy: Key.self) {
            for key in fields.allKeys where key.stringValue != "seed" {
                add(try fields.decode(Self.self, forKey: key))
            }
        } else if var elements = try? decoder.unkeyedContainer() {
            while !elements.isAtEnd { add(try elements.decode(Self.self)) }
        }
    }

    private mutating func add(_ other: Self) {
        largest = max(largest, other.largest)
        smallest = min(smallest, other.smallest)
    }
}
