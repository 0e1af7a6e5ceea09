// The pages about common mistakes, as the executable has them.

/// A page of Docs/check.
public struct Page: Sendable, Equatable {
    /// Its file's name, without `.md`.
    public let name: String
    /// Markdown.
    public let text: String

    /// All pages, by name.
    public static func all(_ language: Language) -> [Page] {
        let texts =
            switch language {
            case .english: PageTexts.english
            case .portuguese: PageTexts.portuguese
            }
        return texts.map { Page(name: $0.name, text: $0.text + "\n") }
    }

    /// The page of this name, or about what servers commonly get wrong in the case of this id.
    public static func about(_ topic: String, _ language: Language) -> Page? {
        let name = CheckCatalog.case(topic)?.mistake.pageName ?? topic
        return all(language).first { $0.name == name }
    }

    /// What it is about.
    public var title: String { String(text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }) }
}
