// Options from the environment: ECO_PORT=9191 is --port 9191.
import ArgumentParser
import LinuxIO

/// The part of the command line that comes from the environment.
enum Environment {
    /// The options that can come from it. A flag is 1 or 0, and an option that may be repeated is a list separated by commas.
    private static let rows: [OptionRow] = OptionTable.all.filter(\.hasVariables).flatMap(\.rows)

    /// The known variables.
    static let variables = rows.map(\.variable)

    /// The arguments, preceded by those from the environment, which the command line overrides.
    static func prepended(to arguments: [String], environment: (String) throws -> String? = Self.value) throws
        -> [String]
    {
        let asksOnly = arguments.contains { $0 == "--version" || Help.flags.contains($0) }
        // The variables are options of `eco serve`.
        let others =
            Eco.configuration.subcommands.map { $0._commandName }.filter { $0 != Serve._commandName } + ["help"]
        guard !asksOnly, !others.contains(arguments.first ?? "") else { return arguments }
        var inherited: [String] = []
        for row in rows where value(of: row, in: arguments) == nil {
            guard let value = try environment(row.variable), !value.isEmpty else { continue }
            let these = try Self.arguments(row, value)
            do { _ = try ServeOptions.parse(these) } catch {
                throw Complaint(.usage, "\(told(row.variable, value)): \(Complaint(parsing: error))")
            }
            inherited += these
        }
        if inherited.isEmpty { return arguments }
        let rest = arguments.first == Serve._commandName ? Array(arguments.dropFirst()) : arguments
        return [Serve._commandName] + inherited + rest
    }

    /// The last value of an option in the arguments, empty if they end there; nil if the option is not given.
    private static func value(of row: OptionRow, in arguments: [String]) -> String? {
        guard let index = arguments.lastIndex(where: { $0 == row.option || $0.hasPrefix(row.option + "=") }) else {
            return nil
        }
        if arguments[index] != row.option { return String(arguments[index].dropFirst(row.option.count + 1)) }
        return row.valueName == nil || index + 1 == arguments.count ? "" : arguments[index + 1]
    }

    private static func arguments(_ row: OptionRow, _ value: String) throws -> [String] {
        if case .flag = row.values {
            switch value {
            case "1", "true", "yes", "on": return [row.option]
            case "0", "false", "no", "off": return []
            default: throw Complaint(.usage, "\(told(row.variable, value)): give 1 or 0")
            }
        }
        if row.mayRepeat { return value.split(separator: ",").flatMap { [row.option, String($0)] } }
        return ["\(row.option)=\(value)"]
    }

    private static func told(_ variable: String, _ value: String) -> String {
        "\(variable)=\(value) in the environment"
    }

    /// The beginning of a late complaint about an option whose value came from the environment.
    static func origin(of row: OptionRow) -> String? {
        guard value(of: row, in: ownArguments) == nil, let value = word(row.variable), !value.isEmpty else {
            return nil
        }
        return told(row.variable, value)
    }

    /// How an option was given: `--workers 8`, or `ECO_WORKERS=8 in the environment`; nil if it was not.
    static func given(_ row: OptionRow) -> String? {
        guard let value = value(of: row, in: ownArguments) else { return origin(of: row) }
        return value.isEmpty ? row.option : "\(row.option) \(value)"
    }

    /// Values that are not UTF-8 were refused before.
    private static var ownArguments: [String] {
        (1..<max(1, ProcessArguments.count)).compactMap { try? ProcessArguments.argument($0) }
    }

    /// A variable's value, which may be a path.
    static func value(_ name: String) throws(Complaint) -> String? {
        do throws(NotUTF8) { return try ProcessEnvironment.text(name) } catch {
            throw Complaint(.usage, "\(told(name, error.escaped)) is not UTF-8: give it in UTF-8")
        }
    }

    /// A variable's value, if it is valid.
    static func word(_ name: String) -> String? { (try? value(name)) ?? nil }

    /// Whether a variable is set, to any value.
    static func isSet(_ name: String) -> Bool { ProcessEnvironment.bytes(name) != nil }
}

extension OptionRow {
    /// The variable that the option can come from, if its command has variables.
    var variable: String { "ECO_" + name.uppercased().replacing("-", with: "_") }
}
