// What there is to know of one option; everything that is told of it is made of this.
import ArgumentParser
import EcoServer

/// One option of a command, as its row of the command's table says it. The command line, the environment, the complaints and the
/// documents are all made of these rows.
struct OptionRow: Sendable {
    /// As it is typed, without its dashes.
    let name: String
    /// What stands for the value in the help and in the documents; nil for a flag.
    let valueName: String?
    let values: OptionValues
    let fallback: OptionDefault
    /// One sentence, for the help and for the documents.
    let help: String
    /// What only the documents say.
    let details: String
    /// Whether only `--help-hidden` shows it.
    let isHidden: Bool
    /// Whether each further one adds a value.
    let mayRepeat: Bool
    /// What a model has to keep to use the option; nil if every model uses it.
    let capability: Capability?
    /// When a model uses the option that does not keep the capability; nil if it never does.
    let otherwise: String?
    private let ownRemedy: String?

    /// - Parameter remedy: what to do about a bad value, where the values do not say it well.
    init(
        _ name: String, _ valueName: String?, _ values: OptionValues, default fallback: OptionDefault = .none,
        _ help: String, details: String = "", isHidden: Bool = false, mayRepeat: Bool = false,
        capability: Capability? = nil, otherwise: String? = nil, remedy: String? = nil
    ) {
        self.name = name
        self.valueName = valueName
        self.values = values
        self.fallback = fallback
        self.help = help
        self.details = details
        self.isHidden = isHidden
        self.mayRepeat = mayRepeat
        self.capability = capability
        self.otherwise = otherwise
        ownRemedy = remedy
    }

    static func flag(_ name: String, _ help: String, details: String = "") -> Self {
        Self(name, nil, .flag, help, details: details)
    }

    /// With its dashes.
    var option: String { "--\(name)" }

    /// What to do about a value that is none, or that is missing.
    var remedy: String { "give \(ownRemedy ?? values.description)" }

    /// The complaint about a value that is out of its range.
    func outOfRange(_ value: String) -> Complaint {
        Complaint(.usage, "\(option) \(value.isEmpty ? "''" : value) is out of range: \(remedy)")
    }
}

/// What an option takes.
enum OptionValues: Sendable, CustomStringConvertible {
    /// Nothing: it is there or it is not.
    case flag
    /// Any text of this kind. Whether it makes sense turns out later.
    case text(String)
    /// What its Swift type reads, told in these words.
    case form(String)
    /// One of these.
    case words([String])
    /// A whole number, and what it counts.
    case whole(ClosedRange<Int>, unit: String = "")
    case number(ClosedRange<Double>)

    /// As it follows "give".
    var description: String {
        switch self {
        case .flag: "it alone"
        case .text(let kind), .form(let kind): kind
        case .words(let words):
            words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " or " + words.last!
        case .whole(let range, let unit):
            (range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)")
                + (unit.isEmpty ? "" : " \(unit)")
        case .number(let range): "\(Self.told(range.lowerBound)) to \(Self.told(range.upperBound))"
        }
    }

    /// Whether a text that the Swift type can read is one of these.
    func admit(_ text: String) -> Bool {
        switch self {
        case .flag, .text, .form: true
        case .words(let words): words.contains(text)
        case .whole(let range, _): Int(text).map(range.contains) ?? false
        case .number(let range): Double(text).map(range.contains) ?? false
        }
    }

    /// Whether a text is a number where one is wanted, and so can be out of a range.
    func isNumber(_ text: String) -> Bool {
        switch self {
        case .whole, .number: Double(text) != nil
        case .flag, .text, .form, .words: false
        }
    }

    private static func told(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

/// What holds where an option is not given.
enum OptionDefault: Sendable {
    case none
    /// The same as this value.
    case value(String)
    /// What no value says.
    case told(String)

    static func number(_ number: some BinaryInteger) -> Self { .value("\(number)") }

    /// For the help; nil if there is nothing to tell.
    var text: String? {
        switch self {
        case .none: nil
        case .value(let text), .told(let text): text
        }
    }
}
