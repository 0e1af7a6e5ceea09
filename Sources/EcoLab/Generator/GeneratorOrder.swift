// The load generator in its own process: the order that it gets, and its answer.
import EcoLoad
import FoundationEssentials
import LinuxIO

/// An order to a process that runs one load, or plays the troublemakers.
public struct GeneratorOrder: Sendable, Codable {
    /// The load; nil for a process that plays the troublemakers until it is killed, or for that many seconds.
    public var plan: LoadPlan?
    public var secondsOfTrouble = 0.0
    /// The server's numeric address.
    public var host: String
    public var port: UInt16
    /// The server's processes to measure.
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

    /// Runs the load, in the generator's process; the answer is JSON. Blocks until the load is over.
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
            return .failure("this machine cannot carry that many clients (\(problem))")
        } catch { return .failure("\(error)") }
    }
}
