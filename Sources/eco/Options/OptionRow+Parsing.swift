// How the rows of the tables become options of ArgumentParser.
import ArgumentParser

extension Option where Value: ExpressibleByArgument & Sendable {
    /// An option with the row's default, which must be a valid value.
    init(_ row: OptionRow) {
        self.init(
            wrappedValue: row.defaultValue(), name: .customLong(row.name), parsing: row.parsing, help: row.argumentHelp,
            transform: { try row.read($0) })
    }
}

extension Option {
    /// An option that is nil unless it is given.
    init<Wrapped: ExpressibleByArgument & Sendable>(_ row: OptionRow) where Value == Wrapped? {
        self.init(
            name: .customLong(row.name), parsing: row.parsing, help: row.argumentHelp,
            transform: { (text) throws -> Wrapped in try row.read(text) })
    }

    /// An option that may be repeated.
    init<Element: ExpressibleByArgument & Sendable>(_ row: OptionRow) where Value == [Element] {
        self.init(
            wrappedValue: [], name: .customLong(row.name),
            parsing: row.parsing == .unconditional ? .unconditionalSingleValue : .singleValue, help: row.argumentHelp,
            transform: { (text) throws -> Element in try row.read(text) })
    }
}

extension Flag where Value == Bool {
    init(_ row: OptionRow) { self.init(wrappedValue: false, name: .customLong(row.name), help: row.argumentHelp) }
}

extension Argument where Value: ExpressibleByArgument & Sendable {
    /// A value without a name. It has to be given unless the row has a default.
    init(_ row: OptionRow) {
        if case .value = row.fallback {
            self.init(wrappedValue: row.defaultValue(), help: row.argumentHelp, transform: { try row.read($0) })
        } else {
            self.init(help: row.argumentHelp, transform: { (text) throws -> Value in try row.read(text) })
        }
    }
}

extension Argument {
    /// A value without a name that is nil unless it is given.
    init<Wrapped: ExpressibleByArgument & Sendable>(_ row: OptionRow) where Value == Wrapped? {
        self.init(help: row.argumentHelp, transform: { (text) throws -> Wrapped in try row.read(text) })
    }

    /// One value or more, without names.
    init<Element: ExpressibleByArgument & Sendable>(_ row: OptionRow) where Value == [Element] {
        self.init(help: row.argumentHelp, transform: { (text) throws -> Element in try row.read(text) })
    }
}

/// Why a value was refused: the remedy at the end of the parser's message.
private struct BadValue: Error, CustomStringConvertible {
    let description: String
}

extension OptionRow {
    fileprivate var argumentHelp: ArgumentHelp {
        let sentences: [String?] = [help, modelsNote(), fallback.text.map { "(default: \($0))" }]
        return ArgumentHelp(
            sentences.compactMap { $0 }.joined(separator: " "), discussion: list.joined(separator: "\n"),
            valueName: valueName, visibility: isHidden ? .hidden : .default)
    }

    /// A number may begin with a minus, and is then reported as a bad value; other words that begin with a minus may be options.
    fileprivate var parsing: SingleValueParsingStrategy {
        switch values {
        case .flag, .text, .words: .next
        case .form, .quantity, .whole, .number: .unconditional
        }
    }

    fileprivate func read<Value: ExpressibleByArgument>(_ text: String) throws -> Value {
        guard let value = Value(argument: text), values.admit(text) else { throw BadValue(description: remedy) }
        return value
    }

    fileprivate func defaultValue<Value: ExpressibleByArgument>() -> Value {
        guard case .value(let text) = fallback, let value = Value(argument: text) else {
            preconditionFailure("the default of \(option) is no value of its own")
        }
        return value
    }
}
