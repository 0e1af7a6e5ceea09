// What is checked, and why it cannot be.
public import LinuxIO

/// What is checked.
public enum CheckTarget: Sendable {
    /// A server that runs already, at the first of these addresses where one listens.
    case addresses([SocketAddress])
    /// A command for the shell that starts a server. `{port}` in it becomes a free port; with a port of its own that one.
    case command(String, port: UInt16?)

    /// What stands in a command for the port.
    public static let portMark = "{port}"
}

/// Why a server cannot be checked at all.
public enum CheckError: Error, Sendable, Equatable {
    /// Nobody listens at the address, or no way leads there.
    case unreachable(SocketAddress)
    /// The shell finds no such command, or may not run it; with the last line that was said.
    case commandNotFound(String, lastLine: String)
    /// The command ended before it listened; with the last line that it said.
    case exited(command: String, ChildProcess.Exit, lastLine: String)
    /// The command runs, and listens at no such port.
    case neverListens(command: String, port: UInt16, seconds: Int, lastLine: String)
    /// Somebody else listens at the port.
    case portHeld(port: UInt16, by: String)
    /// The port is remembered for a connection that is over, and this took too long to be forgotten.
    case portRemembered(port: UInt16)
    /// The system refuses what the checker needs.
    case system(SystemError)
}
