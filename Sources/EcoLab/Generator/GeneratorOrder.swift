// The load generator in a process of its own: what it is told, and what it answers.
import EcoLoad
import FoundationEssentials
import LinuxIO

/// An order to a process that runs one load, or makes trouble.
public struct GeneratorOrder: Sendable, Codable {
    /// The load; nil for a process that plays the troublemakers until it is killed, or so many seconds are over.
    public var plan: LoadPlan?
    public var secondsOfTrouble = 0.0
    /// Where the server is: an address in numbers.
    public var host: String
    public var port: UInt16
    /// The server's processes, to be looked at.
    public var server: [Int32] = []

    public enum Answer: Sendable, Codable {
        case result(RunResult)
        case failure(String)
    }

    public init(_ plan: LoadPlan, at address: SocketAddress, server: [Int32]) {
        self.plan = plan
        host = address.host
        port = address.port
        self.server = server
    }

    /// The troublemakers.
    public init(troubleAt address: SocketAddress, seconds: Double) {
        host = address.host
        port = address.port
        secondsOfTrouble = seconds
    }

    /// One line of JSON.
    public var text: String { get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) } }

    public init(reading text: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) }

    /// Runs the load, in the process that was told so; its answer is JSON. Blocks until the load is over.
    public func carryOut() throws -> String {
        String(decoding: try JSONEncoder().encode(answer), as: UTF8.self)
    }

    private var answer: Answer {
        do {
            let target = try Host.addresses(of: host, port: port)[0]
            guard let plan else {
                Troublemakers.misbehave(target, seconds: secondsOfTrouble)
                return .failure("the trouble is over")
            }
            _ = try DescriptorLimit.raise()
            guard let result = try LoadRun(plan, target: target, server: server).run().first else {
                return .failure("the load did not begin")
            }
            return .result(result)
        } catch LoadRun.Failure.preflight(let problem) {
            return .failure("this machine cannot carry so many clients (\(problem))")
        } catch { return .failure("\(error)") }
    }
}
