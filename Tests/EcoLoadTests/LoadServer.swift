// The servers that the load tester is tested with.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

/// A server in Python that has one fault, or a right one of ours.
final class LoadServer {
    let port: UInt16
    let process: ChildProcess

    private static let program =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/LoadServers/faulty.py"

    /// Starts a server with a fault of `LoadServers/faulty.py`.
    init(_ fault: String, _ number: Int = 0) throws {
        port = try Self.freePort()
        process = try ChildProcess("python3", [Self.program, "\(port)", fault, "\(number)"])
        let port = port
        guard Wait.until({ !PortUse.listeners(at: port).isEmpty }) else {
            throw TestFailure("\(fault) does not listen")
        }
    }

    /// Starts `eco serve`.
    init(_ arguments: [String]) throws {
        port = try Self.freePort()
        process = try ChildProcess(
            Eco.path, ["serve", "--quiet", "--host", "127.0.0.1", "--port", "\(port)"] + arguments)
        let port = port
        guard Wait.until({ !PortUse.listeners(at: port).isEmpty }) else { throw TestFailure("eco does not listen") }
    }

    static func freePort() throws -> UInt16 {
        guard let port = PortUse.anyFree else { throw TestFailure("no port is free") }
        return port
    }

    /// Puts a load on it: 8 clients for a fifth of a second, unless told otherwise.
    func load(_ configure: (inout LoadPlan) -> Void = { _ in }) throws -> RunResult {
        try #require(try loads(configure).first)
    }

    func loads(_ configure: (inout LoadPlan) -> Void) throws -> [RunResult] {
        var plan = LoadPlan()
        plan.clients = 8
        plan.durationSeconds = 0.2
        plan.warmupSeconds = 0
        plan.timeoutSeconds = 1
        configure(&plan)
        // Nobody else's reference: the server would be free to go before it is looked at for the last time.
        return try withExtendedLifetime(self) {
            try LoadRun(plan, target: .loopback(port: port), server: [process.pid]).run()
        }
    }
}
