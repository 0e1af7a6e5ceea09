// A server that takes part in an experiment.
import ServerHarness

/// A server to be measured: its name, and the command that starts it.
public struct Entrant: Sendable, Codable, Equatable {
    /// Short, and unique in the experiment.
    public var name: String
    /// For the shell; `{port}` in it becomes a free port.
    public var command: String
    /// The port that it listens on, if its command takes no port.
    public var port: UInt16?
    /// Which of our models it is; nil for other servers. Only ours can simulate work.
    public var model: String?

    public init(name: String, command: String, port: UInt16? = nil) {
        self.name = name
        self.command = command
        self.port = port
    }

    /// One of our models, served by this program.
    public init(model: String, executable: String) {
        name = model
        let quoted = executable.replacing("'", with: "'\\''")
        command = "'\(quoted)' serve --quiet --host 127.0.0.1 --port {port} --model \(model)"
        self.model = model
    }

    /// Whether a name is valid: 1 to 20 ASCII letters, digits, - _ or .
    public static func isName(_ text: String) -> Bool {
        (1...20).contains(text.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// The command that starts it, with the simulated work per text: `sleep:5ms`, `cpu:200us`. Only our models simulate work.
    func target(simulating work: String?) -> ServerTarget {
        .command(work.map { "\(command) --simulate \($0)" } ?? command, port: port)
    }
}
