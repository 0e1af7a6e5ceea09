// Text for people, in the languages of the reports.

/// A language of the reports.
public enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case portuguese = "pt"

    /// The language of a locale as the environment names it, `pt_BR.UTF-8` or `C`.
    public init(locale: String) { self = locale.hasPrefix("pt") ? .portuguese : .english }
}

/// A text in every language of the reports.
public struct Text: Sendable, Equatable {
    public let english: String
    public let portuguese: String

    public init(_ english: String, pt portuguese: String) {
        self.english = english
        self.portuguese = portuguese
    }

    public func `in`(_ language: Language) -> String {
        switch language {
        case .english: english
        case .portuguese: portuguese
        }
    }
}
