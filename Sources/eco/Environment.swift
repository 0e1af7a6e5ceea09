// Options from the environment: ECO_PORT=9191 is --port 9191.
import ArgumentParser
import Glibc

/// The environment's share of the command line.
enum Environment {
    /// The options of `eco serve`, by name; `quiet` is a flag, `host` may be a list with commas.
    static let options = [
        "host", "port", "unix", "model", "workers", "simulate", "max-clients", "max-clients-per-address", "max-pending",
        "backlog", "idle-timeout", "write-timeout", "drain-timeout", "keepalive", "invalid-utf8", "log-level", "quiet",
    ]

    /// The arguments, with what the environment sets before them, where the command line overrides it.
    static func prepended(to arguments: [String], environment: (String) -> String? = Self.value) throws -> [String] {
        let asksOnly = arguments.contains { ["--version", "--help", "-h", "--help-hidden"].contains($0) }
        // The variables are options of `eco serve`.
        let others = [
            Doctor._commandName, Check._commandName, Load._commandName, Compare._commandName, Generator._commandName,
            "help",
        ]
        guard !asksOnly, !others.contains(arguments.first ?? "") else { return arguments }
        var inherited: [String] = []
        for option in options {
            let variable = "ECO_" + option.uppercased().map { $0 == "-" ? "_" : "\($0)" }.joined()
            guard let value = environment(variable), !value.isEmpty else { continue }
            if isSet(option, by: arguments) { continue }
            let these = try Self.arguments(option, value, variable)
            do { _ = try ServeOptions.parse(these).configuration() } catch {
                let reason = (error as? Complaint) ?? Complaint(parsing: error)
                throw Complaint(.usage, "\(variable)=\(value) in the environment: \(reason)")
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
            default: throw Complaint(.usage, "\(variable)=\(value) in the environment: give 1 or 0")
            }
        default: return ["--\(option)=\(value)"]
        }
    }

    static func value(_ name: String) -> String? {
        // SAFETY: nobody changes the environment of this process.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
