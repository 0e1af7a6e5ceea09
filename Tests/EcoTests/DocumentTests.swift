// The tables that the documents have from the source.
import Foundation
import Testing

@testable import eco

@Suite("The documents")
struct DocumentTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// README.md and all of Docs.
    private static let documents: [(path: String, text: String)] = {
        let paths = FileManager.default.subpaths(atPath: root.appending(path: "Docs").path) ?? []
        return (["README.md"] + paths.filter { $0.hasSuffix(".md") }.map { "Docs/\($0)" }).map { path in
            (path, (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? "")
        }
    }()

    @Test("have the same tables as the source; make docs writes them", arguments: Documents.tables.map(\.name))
    func tables(name: String) throws {
        let table = try #require(Documents.tables.first { $0.name == name })
        let documents = Self.documents.filter { $0.text.contains("<!-- \(name):begin") }
        #expect(!documents.isEmpty)
        for document in documents {
            #expect(document.text.contains(Documents.place(name, table.text)), "\(document.path): make docs")
        }
    }
}
