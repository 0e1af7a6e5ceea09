// Everything about one option or argument; help, messages and documents are made from it.
import EcoServer
import Support

/// One option or argument of a command: a row of the command's table. The command line, the environment, the complaints and the documents are all made
/// from these rows.
struct OptionRow: Sendable {
    /// As it is typed, without its dashes.
    let name: String
    /// The placeholder of the value in the help and in the documents; nil for a flag.
    let valueName: String?
    let values: OptionValues
    let fallback: OptionDefault
    /// One sentence, for the help and for the documents.
    let help: String
    /// Details for the documents only.
    let details: String
    /// Lines below the sentence, for the help only.
    let list: [String]
    /// Whether only `--help-hidden` shows it.
    let isHidden: Bool
    /// Whether it may be repeated, each time adding a value.
    let mayRepeat: Bool
    /// What a model has to keep to use the option; nil if every model uses it.
    let capability: Capability?
    /// When a model without the capability uses the option; nil if it never does.
    let otherwise: String?
    private let ownRemedy: String?

    /// - Parameter remedy: what to do about a bad value, if the values' own description is not good enough.
    init(
        _ name: String, _ valueName: String?, _ values: OptionValues, default fallback: OptionDefault = .none,
        _ help: String, details: String = "", list: [String] = [], isHidden: Bool = false, mayRepeat: Bool = false,
        capability: Capability? = nil, otherwise: String? = nil, remedy: String? = nil
    ) {
        self.name = name
        self.valueName = valueName
        self.values = values
        self.fallback = fallback
        self.help = help
        self.details = details
        self.list = list
        self.isHidden = isHidden
        self.mayRepeat = mayRepeat
        self.capability = capability
        self.otherwise = otherwise
        ownRemedy = remedy
    }

    static func flag(_ name: String, _ help: String, details: String = "") -> Self {
        Self(name, nil, .flag, help, details: details)
    }

    /// The language of what a command prints.
    static func language(of text: String) -> Self {
        let languages = Language.allCases.map(\.rawValue)
        return Self(
            "lang", "language", .words(languages), default: .described("that of the locale"),
            "The language of \(text): \(languages.alternatives).")
    }

    /// With its dashes.
    var option: String { "--\(name)" }

    /// What to do about an invalid or missing value.
    var remedy: String { "give \(ownRemedy ?? values.description)" }

    /// The complaint about a value that is out of its range.
    ///
    /// - Parameter remedy: what to do, if it depends on other options.
    func outOfRange(_ value: String, _ remedy: String? = nil) -> Complaint {
        Complaint(.usage, "\(option) \(value.visible) is out of range: \(remedy ?? self.remedy)")
    }
}

/// What an option takes.
enum OptionValues: Sendable, CustomStringConvertible {
    /// No value: the option is present or not.
    case flag
    /// Any text of this kind. It is validated later.
    case text(String)
    /// What its Swift type parses, described in these words.
    case form(String)
    /// A number that its Swift type parses, with examples.
    case quantity(any Quantity.Type, ClosedRange<Double>, like: String = "")
    /// One of these.
    case words([String])
    /// A whole number of this kind. Without an upper bound it may be as large as its Swift type allows.
    case whole(ClosedRange<Int>, kind: String = "")
    case number(ClosedRange<Double>)

    /// The words that an enumeration is made of.
    static func cases<Value: CaseIterable & RawRepresentable>(of: Value.Type) -> Self where Value.RawValue == String {
        .words(Value.allCases.map(\.rawValue))
    }

    /// As the words after "give".
    var description: String {
        switch self {
        case .flag: "it alone"
        case .text(let kind), .form(let kind): kind
        case .quantity(let type, let range, let examples):
            type.told(range) + (examples.isEmpty ? "" : ", like \(examples)")
        case .words(let words): words.alternatives
        case .whole(let range, let kind):
            (kind.isEmpty ? "" : "\(kind), ")
                + (range.upperBound == .max
                    ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)")
        case .number(let range): "\(Self.told(range.lowerBound)) to \(Self.told(range.upperBound))"
        }
    }

    /// Whether a text that the Swift type can parse is one of these values.
    func admit(_ text: String) -> Bool {
        switch self {
        case .flag, .text, .form: true
        // A word has no size: `none`, `off`.
        case .quantity(let type, let range, _): type.size(of: text).map(range.contains) ?? true
        case .words(let words): words.contains(text)
        case .whole(let range, _): Int(text).map(range.contains) ?? (range.upperBound == .max && UInt64(text) != nil)
        case .number(let range): Double(text).map(range.contains) ?? false
        }
    }

    /// Whether a number is expected and the text is one, so that it can be out of range.
    func isNumber(_ text: String) -> Bool {
        switch self {
        case .whole, .number: Double(text) != nil
        case .quantity(let type, _, _): type.size(of: text) != nil || Double(text)?.isFinite == true
        case .flag, .text, .form, .words: false
        }
    }

    private static func told(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

/// The default of an option.
enum OptionDefault: Sendable {
    case none
    /// The same as this value.
    case value(String)
    /// A default that no value expresses.
    case described(String)

    static func number(_ number: some BinaryInteger) -> Self { .value("\(number)") }

    /// For the help; nil if there is no default.
    var text: String? {
        switch self {
        case .none: nil
        case .value(let text), .described(let text): text
        }
    }
}
