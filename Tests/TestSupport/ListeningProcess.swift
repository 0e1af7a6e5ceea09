// Servers of a test's own, in any language.
import LinuxIO

/// A program that listens at a port which was free before; it does not outlive this object.
public final class ListeningProcess: Sendable {
    public let port: UInt16
    public let process: ChildProcess

    /// Starts the program, and waits until it listens.
    ///
    /// - Parameter command: the program and its arguments, with the port among them.
    public init(_ command: (_ port: UInt16) -> [String]) throws {
        guard let port = PortUse.anyFree else { throw TestFailure("no port is free") }
        let words = command(port)
        self.port = port
        process = try ChildProcess(words[0], Array(words.dropFirst()))
        guard Wait.until({ !PortUse.listeners(at: port).isEmpty }) else {
            throw TestFailure("\(words) does not listen: \(process.errors)")
        }
    }
}
