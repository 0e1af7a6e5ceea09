// Documents of results that are not what was written: they are refused, or harmless.
import Foundation
import LinuxIO
import Testing

@testable import EcoLoad

@Suite("A document of results")
struct ResultDocumentTests {
    /// Two runs that went well, as JSON.
    private static func sample() throws -> String {
        let runs = [RunResult.sample(), .sample(nanoseconds: 2_000_000)]
        return try LoadDocument(version: "1", target: "x", plan: LoadPlan(), runs: runs).text
    }

    private static func read(_ text: String) throws -> LoadDocument? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        do throws(ResultDocumentError) { return try LoadDocument(reading: path) } catch { return nil }
    }

    @Test("is refused, or shown, merged and compared without a crash, whatever number is in any field")
    func mutations() throws {
        let text = try Self.sample()
        let good = try #require(try Self.read(text))
        // One place for each name; a histogram has many values, which are alike: the first do.
        var (names, refused): (Set<Substring>, Int) = ([], 0)
        let places = text.matches(of: #/"([A-Za-z]+)":\[*(-?[0-9][0-9.e+-]*)/#).filter { names.insert($0.1).inserted }
        for place in places.map(\.2) {
            for value in ["0", "-1", "1e-320", "1e-29", "1e15", "1e300"] {
                let changed = text.replacingCharacters(in: place.startIndex..<place.endIndex, with: value)
                guard let document = try Self.read(changed) else {
                    refused += 1
                    continue
                }
                for run in document.runs { _ = LoadTable(document.plan).text(run) }
                _ = (LoadTable(document.plan).heading, document.series, document.distribution)
                _ = (Comparison(document, good).text, Comparison(good, document).text)
                var sum = good
                try? sum.merge(document)  // Plans that differ are not added up.
                _ = try sum.text
            }
        }
        #expect(refused > 2 * places.count && places.count > 40, "\(refused), \(places.count)")
    }

    @Test("without runs, or with an impossible rate, is not valid")
    func flaws() throws {
        let text = try Self.sample()
        var document = try #require(try Self.read(text))
        document.runs[0].seconds = 1e-12
        document.runs[0].messages = 100_000
        #expect(document.flaw?.contains("100000 messages") == true)
        document.runs = []
        #expect(document.flaw == "it has no runs")
        #expect(try Self.read(document.text) == nil)
    }

    @Test("contains no terminal commands, and has the same meaning for a program")
    func controls() throws {
        let evil = "\u{1B}[2J\u{9B}31m\u{202E}\u{7F}\u{E0001}"
        let document = LoadDocument(version: evil, target: evil, plan: LoadPlan(), runs: [])
        let text = try document.text
        #expect(!text.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" })
        let back = try JSONDecoder().decode(LoadDocument.self, from: Data(text.utf8))
        #expect(back.target == evil && back.eco == evil)
    }
}
