// Options from the environment: ECO_PORT=9191 is --port 9191.
import ArgumentParser
import LinuxIO

/// The environment's share of the command line.
enum Environment {
    /// The options of `eco serve`, by name; `quiet` is a flag, `host` may be a list with commas.
    static let options = [
        "host", "port", "unix", "model", "workers", "simulate", "max-clients", "max-clients-per-address", "max-pending",
        "backlog", "idle-timeout", "write-timeout", "drain-timeout", "keepalive", "invalid-utf8", "log-level", "quiet",
    ]

    /// The arguments, with what the environment sets before them, where the command line overrides it.
    static func prepended(to arguments: [String], environment: (String) throws -> String? = Self.value) throws
        -> [String]
    {
        let asksOnly = arguments.contains { ["--version", "--help", "-h", "--help-hidden"].contains($0) }
        // The variables are options of `eco serve`.
        let others = [
            Doctor._commandName, Status._commandName, Check._commandName, Explain._commandName, Load._commandName,
            Compare._commandName, Generator._commandName, "help",
        ]
        guard !asksOnly, !others.contains(arguments.first ?? "") else { return arguments }
        var inherited: [String] = []
        for option in options {
            let variable = variable(of: option)
            if isSet(option, by: arguments) { continue }
            guard let value = try environment(variable), !value.isEmpty else { continue }
            let these = try Self.arguments(option, value, variable)
            do { _ = try ServeOptions.parse(these).configuration() } catch {
                let reason = (error as? Complaint) ?? Complaint(parsing: error)
                throw Complaint(.usage, "\(told(variable, value)): \(reason)")
            }
            inherited += these
        }
        if inherited.isEmpty { return arguments }
        let rest = arguments.first == Serve._commandName ? Array(arguments.dropFirst()) : arguments
        return [Serve._commandName] + inherited + rest
    }

    private static func isSet(_ option: String, by arguments: [String]) -> Bool {
        arguments.contains { $0 == "--\(option)" || $0.hasPrefix("--\(option)=") }
    }

    private static func arguments(_ option: String, _ value: String, _ variable: String) throws -> [String] {
        switch option {
        case "host": return value.split(separator: ",").flatMap { ["--host", String($0)] }
        case "quiet":
            switch value {
            case "1", "true", "yes", "on": return ["--quiet"]
            case "0", "false", "no", "off": return []
            default: throw Complaint(.usage, "\(told(variable, value)): give 1 or 0")
            }
        default: return ["--\(option)=\(value)"]
        }
    }

    /// The variable of an option.
    static func variable(of option: String) -> String {
        "ECO_" + option.uppercased().map { $0 == "-" ? "_" : "\($0)" }.joined()
    }

    private static func told(_ variable: String, _ value: String) -> String {
        "\(variable)=\(value) in the environment"
    }

    /// What a complaint about an option that comes to light late begins with, if its value is the environment's.
    static func origin(of option: String) -> String? {
        // What is not UTF-8 was refused before.
        let arguments = (1..<max(1, ProcessArguments.count)).compactMap { try? ProcessArguments.argument($0) }
        let variable = variable(of: option)
        guard !isSet(option, by: arguments), let value = word(variable), !value.isEmpty else { return nil }
        return told(variable, value)
    }

    /// A variable's value, which may be a path.
    static func value(_ name: String) throws(Complaint) -> String? {
        do throws(NotUTF8) { return try ProcessEnvironment.text(name) } catch {
            throw Complaint(.usage, "\(told(name, error.escaped)): that is not UTF-8, give it in UTF-8")
        }
    }

    /// A variable's value, if it is one that makes sense.
    static func word(_ name: String) -> String? { (try? value(name)) ?? nil }

    /// Whether a variable is set, to whatever.
    static func isSet(_ name: String) -> Bool { ProcessEnvironment.bytes(name) != nil }
}
