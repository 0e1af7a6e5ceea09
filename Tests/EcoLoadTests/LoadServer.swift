// The servers that the load tester is tested with.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

/// A server in Python that has one fault, or a right one of ours.
final class LoadServer {
    private let listening: ListeningProcess

    var port: UInt16 { listening.port }
    var process: ChildProcess { listening.process }

    private static let program =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/LoadServers/faulty.py"

    /// Starts a server with a fault of `LoadServers/faulty.py`.
    init(_ fault: String, _ number: Int = 0) throws {
        listening = try ListeningProcess { ["python3", Self.program, "\($0)", fault, "\(number)"] }
    }

    /// Starts `eco serve`.
    init(_ arguments: [String]) throws {
        listening = try ListeningProcess {
            [Eco.path, "serve", "--quiet", "--host", "127.0.0.1", "--port", "\($0)"] + arguments
        }
    }

    /// Puts a load on it: 8 clients for a fifth of a second, unless told otherwise.
    func load(_ configure: (inout LoadPlan) -> Void = { _ in }) throws -> RunResult {
        try #require(try loads(configure).first)
    }

    /// Puts a load on it that is ended before its window begins.
    func loadEndedInWarmup() throws -> RunResult {
        var plan = LoadPlan()
        plan.clients = 8
        plan.warmupSeconds = 1_000
        return try withExtendedLifetime(self) {
            let run = try LoadRun(plan, target: .loopback(port: port))
            return try #require(try run.run(onProgress: { if $0.stage == .warmingUp { run.stop() } }).first)
        }
    }

    /// A load of a thousand messages per second on a server that stands still for half a second.
    static func loadOfStall() throws -> RunResult {
        try LoadServer("Stall", 500).load {
            $0.clients = 2
            $0.rate = 1_000
            $0.durationSeconds = 3
            $0.timeoutSeconds = 5
        }
    }

    func loads(_ configure: (inout LoadPlan) -> Void) throws -> [RunResult] {
        var plan = LoadPlan()
        plan.clients = 8
        plan.durationSeconds = 0.2
        plan.warmupSeconds = 0
        plan.timeoutSeconds = 1
        configure(&plan)
        // The only reference: without it the server could be released before its last use.
        return try withExtendedLifetime(self) {
            try LoadRun(plan, target: .loopback(port: port), server: [process.pid]).run()
        }
    }
}
