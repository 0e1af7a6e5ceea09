// Short loads, and servers with faults to run them on.
import TestSupport

enum LoadCommand {
    private static let faulty =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/LoadServers/faulty.py"
    static let short = ["--clients", "8", "--duration", "300ms", "--warmup", "0", "--timeout", "500ms"]

    /// Has a server with a fault for as long as the function runs.
    static func serving<R>(_ fault: String, _ number: Int = 0, _ body: (UInt16) throws -> R) throws -> R {
        let server = try ListeningProcess { ["python3", faulty, "\($0)", fault, "\(number)"] }
        return try withExtendedLifetime(server) { try body(server.port) }
    }

    /// Runs a load on a server with a fault.
    static func load(_ fault: String, _ number: Int = 0, _ arguments: [String] = []) throws -> Eco.Outcome {
        try serving(fault, number) { try Eco.run(["load", "127.0.0.1:\($0)"] + short + arguments, seconds: 60) }
    }
}
