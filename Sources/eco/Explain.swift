// `eco explain`: the page about a common mistake, or the protocol, without the repository.
import ArgumentParser
import EcoCheck
import Support

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain what eco check found: why it happens, and what to do instead.",
        discussion: """
            eco explain 3.2                  the common mistakes behind case 3.2
            eco explain leaks                a page, by its name
            eco explain protocol             what a server has to do
            eco explain                      the names of all pages
            """)

    @Argument(ExplainRow.topic) var topic: String?
    @Option(ExplainRow.lang) var lang: Language?

    func run() throws {
        let language = lang ?? .ofLocale
        guard let topic else { return say(Self.list(language)) }
        guard let page = Page.about(topic, language) else {
            let names = Page.all(language).map(\.name)
            let meant = Spelling.nearest(to: topic, among: names, within: 2)
            let remedy =
                meant.map { "did you mean eco explain \($0)?" }
                ?? "eco check --list shows all cases, eco explain all pages"
            throw Complaint(.usage, "\(topic.visible) is neither a case nor a page: \(remedy)")
        }
        say(page.text)
    }

    private static func list(_ language: Language) -> String {
        let pages = Page.all(language) + [Page.ofProtocol]
        return TextTable.lines(pages.map { [$0.name, $0.title] }).map { "\($0)\n" }.joined()
    }
}
