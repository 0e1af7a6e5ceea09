// The list of cases itself.
import EcoCheck
import LinuxIO
import Support
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
        #expect(CheckCatalog.all.reduce(0) { $0 + $1.points } == 100)
        #expect(CheckCatalog.all.allSatisfy { $0.points > 0 })
    }

    @Test("has titles that fit a line, and are different, in every language", arguments: Language.allCases)
    func titles(language: Language) {
        let titles = CheckCatalog.all.map { $0.title.in(language) }
        #expect(Set(titles).count == titles.count)
        for title in titles { #expect(title.count <= 66, "\(title)") }
    }

    @Test("has a page for every mistake, which names the cases that point to it", arguments: Language.allCases)
    func pages(language: Language) throws {
        for mistake in Mistake.allCases {
            let path = Peers.root + "/" + mistake.page(language)
            let page = try #require(SystemFile.text(at: path), "\(path) is missing")
            let cases = CheckCatalog.all.filter { $0.mistake == mistake }
            for test in cases { #expect(page.contains(test.id), "\(path) does not name \(test.id)") }
        }
    }

    @Test("embeds each page as it is in Docs/check: make docs writes it", arguments: Language.allCases)
    func embedded(language: Language) throws {
        let folder = Peers.root + (language == .english ? "/Docs/check" : "/Docs/check/pt")
        let files = SystemFile.entries(of: folder).filter { $0.hasSuffix(".md") && $0 != "README.md" }
        let pages = Page.all(language)
        #expect(pages.map { "\($0.name).md" } == files.sorted())
        for page in pages { #expect(SystemFile.text(at: "\(folder)/\(page.name).md") == page.text, "\(page.name)") }
        #expect(Set(pages.map(\.name)) == Set(Mistake.allCases.map(\.pageName)))
        let index = try #require(SystemFile.text(at: "\(folder)/README.md"))
        for page in pages { #expect(index.contains("(\(page.name).md)"), "\(page.name)") }
    }

    @Test("embeds the protocol as it is in Docs, and each page says so", arguments: Language.allCases)
    func protocolText(language: Language) {
        #expect(SystemFile.text(at: "\(Peers.root)/Docs/protocol.md") == Page.ofProtocol.text)
        #expect(Page.about("protocol", language) == Page.ofProtocol)
        for page in Page.all(language) { #expect(page.text.contains("`eco explain protocol`"), "\(page.name)") }
    }

    @Test("finds a page by the case that points to it, and by its name")
    func topics() {
        #expect(Page.about("3.2", .english)?.name == "decoding-each-read")
        #expect(Page.about("2.7", .portuguese)?.title == "Ler até encher o buffer")
        #expect(Page.about("leaks", .english)?.title == "Leaks")
        #expect(Page.about("12.3", .english) == nil && Page.about("", .english) == nil)
    }
}
