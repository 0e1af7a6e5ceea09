// The list of cases itself.
import EcoCheck
import LinuxIO
import Testing

@Suite("The list of cases")
struct CatalogTests {
    @Test("has ids in order, each once, in the sections of the protocol")
    func ids() {
        let ids = CheckCatalog.all.map { $0.id.split(separator: ".").compactMap { Int($0) } }
        #expect(ids.allSatisfy { $0.count == 2 && (1...9).contains($0[0]) })
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }

    @Test("has cases of every level, and a hundred points")
    func levels() {
        for level in Level.allCases { #expect(CheckCatalog.all.contains { $0.level == level }) }
        #expect(CheckCatalog.all.count * CheckCatalog.pointsPerCase == 100)
    }

    @Test("has titles that fit a line, and are different, in every language", arguments: Language.allCases)
    func titles(language: Language) {
        let titles = CheckCatalog.all.map { $0.title.in(language) }
        #expect(Set(titles).count == titles.count)
        for title in titles { #expect(title.count <= 66, "\(title)") }
    }

    @Test("points to a page for every mistake, which names the cases that point to it", arguments: Language.allCases)
    func pages(language: Language) throws {
        for mistake in Mistake.allCases {
            let path = Peers.root + "/" + mistake.page(language)
            let page = try #require(SystemFile.text(at: path), "\(path) is missing")
            let cases = CheckCatalog.all.filter { $0.mistake == mistake }
            #expect(!cases.isEmpty, "\(mistake) is nobody's")
            for test in cases { #expect(page.contains(test.id), "\(path) does not name \(test.id)") }
        }
    }
}
