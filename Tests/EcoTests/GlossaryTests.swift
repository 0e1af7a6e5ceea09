// The words of Docs/glossary.md.
import ArgumentParser
import Foundation
import Testing

@testable import eco

@Suite("The glossary")
struct GlossaryTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
    private static let glossary = text("Docs/glossary.md")

    private static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }

    /// The first column of the table below a heading.
    private static func words(below heading: String) -> [String] {
        let lines = glossary.split(separator: "\n").drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix("#") }
        return lines.filter { $0.hasPrefix("| ") }.dropFirst().map { line in
            line.dropFirst(2).prefix { $0 != "|" }.trimmingCharacters(in: .whitespaces)
        }
    }

    private static let wordsThatAreOut = words(below: "## Words that are out")

    /// In lower case and on one line, without the marks of comments.
    private static func flattened(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).filter { !["//", "///", "\\"].contains($0) }
            .joined(separator: " ")
    }

    /// The word as an identifier or a part of one, in both forms: `beginAnew`, and `BeginAnew` as in `tryBeginAnew`. None if it is one word,
    /// which is found without regard to case.
    private static func identifiers(_ word: String) -> [String] {
        let parts = word.split { !$0.isLetter }.map { String($0) }
        guard parts.count > 1 else { return [] }
        let tail = parts.dropFirst().map { $0.capitalized }.joined()
        return [parts[0] + tail, parts[0].capitalized + tail]
    }

    /// Everything that people read: the source with its messages, the documents, and the help of each command; as it is, and flattened.
    private static let everything: [(name: String, original: String, text: String)] = {
        var paths = ["README.md", "DEVELOPERS.md", "CHANGELOG.md"]
        for folder in ["Sources", "Docs"] {
            let names = FileManager.default.subpaths(atPath: root.appending(path: folder).path) ?? []
            paths += names.map { "\(folder)/\($0)" }
        }
        var all: [(name: String, original: String, text: String)] = []
        func add(_ name: String, _ text: String) { all.append((name, text, flattened(text))) }
        for path in paths where path != "Docs/glossary.md" { add(path, text(path)) }
        for command in Eco.configuration.subcommands {
            for each in [command] + command.configuration.subcommands {
                add("the help of \(each)", Eco.helpMessage(for: each, includeHidden: true))
            }
        }
        return all.filter { !$0.text.isEmpty }
    }()

    @Test("defines each word once")
    func once() {
        let words = Self.words(below: "# Glossary")
        #expect(words.count > 50 && Set(words).count == words.count, "\(words)")
    }

    @Test("rules words out of source, help and documents, identifiers included", arguments: wordsThatAreOut)
    func isOut(word: String) {
        for place in Self.everything { #expect(!place.text.contains(word), "\(place.name)") }
        for identifier in Self.identifiers(word) {
            for place in Self.everything {
                #expect(!place.original.contains(identifier), "\(identifier): \(place.name)")
            }
        }
    }

    @Test("finds a word that is out, wherever the line is broken, and in identifiers")
    func broken() {
        #expect(Self.everything.count > 100 && Self.wordsThatAreOut.count >= 35)
        #expect(Self.flattened("    /// In every so\n    /// manieth round.").contains("so manieth"))
        #expect(Self.identifiers("begin anew") == ["beginAnew", "BeginAnew"])
        #expect(Self.identifiers("dearer").isEmpty)
    }
}
