// Where a server is, or how to start it, and why it is unavailable.
public import LinuxIO
import Support

/// A server to watch: a running one, or a command that starts one.
public enum ServerTarget: Sendable {
    /// A running server, at the first of these addresses that one listens on.
    case addresses([SocketAddress])
    /// A shell command that starts a server. `{port}` in it becomes a free port, or the fixed port if there is one.
    case command(String, port: UInt16?)

    /// The placeholder of the port in a command.
    public static let portMark = "{port}"
}

/// Why there is no server to watch.
public enum ServerUnavailable: Error, Sendable, Equatable {
    /// Nothing listens at the address, or there is no route to it.
    case unreachable(SocketAddress)
    /// The shell does not find the command, or may not run it; with the last line of output.
    case commandNotFound(String, lastLine: String)
    /// The command ended before it listened; with its last line of output.
    case exited(command: String, ChildProcess.Exit, lastLine: String)
    /// The command runs, but does not listen on the port.
    case neverListens(command: String, port: UInt16, within: Duration, lastLine: String)
    /// Another program listens on the port.
    case portHeld(port: UInt16, by: String)
    /// The port is in TIME_WAIT after an earlier connection, for longer than expected.
    case portRemembered(port: UInt16)
    /// The system refuses a necessary call.
    case system(SystemError)
}

extension ServerUnavailable {
    /// What was wrong, without a remedy.
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
