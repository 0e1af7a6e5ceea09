// The pages about common mistakes, and the protocol, as embedded in the executable.
public import Support

/// A page of Docs/check, or Docs/protocol.md.
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

    /// The protocol itself, in English only.
    public static let ofProtocol = Page(name: "protocol", text: ProtocolText.english + "\n")

    /// The page with this name, or the page about the common mistakes of the case with this id.
    public static func about(_ topic: String, _ language: Language) -> Page? {
        if topic == ofProtocol.name { return ofProtocol }
        let name = CheckCatalog.case(topic)?.mistake.pageName ?? topic
        return all(language).first { $0.name == name }
    }

    /// Its subject.
    public var title: String { String(text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }) }
}
