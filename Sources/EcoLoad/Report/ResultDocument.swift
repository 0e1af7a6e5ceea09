// Documents of results: JSON that says what it is.
import FoundationEssentials
import LinuxIO

/// A document that is written to a file and read again, by this version or another.
public protocol ResultDocument: Codable {
    /// What its field `format` says, and the version of it that is known here.
    static var knownFormat: String { get }
    static var knownVersion: Int { get }
    var format: String { get }
    var version: Int { get }
    /// Why it cannot be used though it can be read; nil if it can.
    var flaw: String? { get }
}

/// Why a file is no such document.
public enum ResultDocumentError: Error, Equatable {
    /// The file cannot be read.
    case unreadable
    /// It is not a document of this kind, or of another version.
    case notADocument(String)
}

extension ResultDocument {
    public var flaw: String? { nil }

    /// JSON, with a newline at its end.
    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// Reads what `text` has written. Blocks while the disk does.
    public init(reading path: String) throws(ResultDocumentError) {
        guard let text = SystemFile.text(at: path, limit: 1 << 30) else { throw .unreadable }
        let document: Self
        do { document = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) } catch {
            throw .notADocument("\(error)")
        }
        guard document.format == Self.knownFormat, document.version == Self.knownVersion else {
            throw .notADocument("\(document.format) \(document.version)")
        }
        if let flaw = document.flaw { throw .notADocument(flaw) }
        self = document
    }
}
