// A server that takes part in an experiment.
import ServerHarness

/// A server to be measured: a command that starts it, and what it is called.
public struct Entrant: Sendable, Codable, Equatable {
    /// Short, and nobody else's in the experiment.
    public var name: String
    /// For the shell; `{port}` in it becomes a free port.
    public var command: String
    /// The port at which it listens if it cannot be told.
    public var port: UInt16?
    /// Which of our models it is; nil for anybody else's server. Ours can simulate work.
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

    /// Whether a name can be one: 1 to 20 letters, digits, - _ or . of ASCII.
    public static func isName(_ text: String) -> Bool {
        (1...20).contains(text.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// What starts it, with the work that each text is to cost: `sleep:5ms`, `cpu:200us`. Only our models simulate any.
    func target(simulating work: String?) -> ServerTarget {
        .command(work.map { "\(command) --simulate \($0)" } ?? command, port: port)
    }
}
