// Where a server is, or how it is started, and why there is none.
public import LinuxIO
import Support

/// A server to be watched: one that runs already, or a command that starts one.
public enum ServerTarget: Sendable {
    /// A server that runs already, at the first of these addresses where one listens.
    case addresses([SocketAddress])
    /// A command for the shell that starts a server. `{port}` in it becomes a free port; with a port of its own that one.
    case command(String, port: UInt16?)

    /// What stands in a command for the port.
    public static let portMark = "{port}"
}

/// Why there is no server to watch.
public enum ServerUnavailable: Error, Sendable, Equatable {
    /// Nobody listens at the address, or no way leads there.
    case unreachable(SocketAddress)
    /// The shell finds no such command, or may not run it; with the last line that was said.
    case commandNotFound(String, lastLine: String)
    /// The command ended before it listened; with the last line that it said.
    case exited(command: String, ChildProcess.Exit, lastLine: String)
    /// The command runs, and listens at no such port.
    case neverListens(command: String, port: UInt16, within: Duration, lastLine: String)
    /// Somebody else listens at the port.
    case portHeld(port: UInt16, by: String)
    /// The port is remembered for a connection that is over, and this took too long to be forgotten.
    case portRemembered(port: UInt16)
    /// The system refuses what it takes.
    case system(SystemError)
}

extension ServerUnavailable {
    /// What was wrong, without a remedy: the rest of a sentence whose subject is the server or its command.
    public var reason: String {
        switch self {
        case .unreachable(let address): "nothing listens at \(address)"
        case .commandNotFound(let command, let line):
            "command '\(command)' is not found or cannot be run\(Self.quoted(line))"
        case .exited(let command, let exit, let line):
            "command '\(command)' ended \(exit.account) before it listened\(Self.quoted(line))"
        case .neverListens(let command, let port, let limit, let line):
            "command '\(command)' does not listen at port \(port) within \(limit.short)\(Self.quoted(line))"
        case .portHeld(let port, let holder): "port \(port) is held by \(holder)"
        case .portRemembered(let port): "port \(port) does not become free"
        case .system(let error): "the system refuses: \(error)"
        }
    }

    private static func quoted(_ line: String) -> String { line.isEmpty ? "" : " (it said: \(line))" }
}

extension ChildProcess.Exit {
    /// `with exit status 1`, `by signal 9`.
    public var account: String {
        switch self {
        case .status(let status): "with exit status \(status)"
        case .signal(let signal): "by signal \(signal)"
        }
    }
}
