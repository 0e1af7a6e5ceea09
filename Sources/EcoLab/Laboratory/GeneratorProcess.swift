// Starts the load generator, and waits for its answer.
import EcoLoad
import FoundationEssentials
import LinuxIO
import ServerHarness

/// The generator's process, one for each load.
final class GeneratorProcess: Sendable {
    enum Outcome {
        case result(RunResult)
        /// It did not end, although each of its clients waits only for a bounded time.
        case overdue
        /// It could not put the load on the server.
        case failure(String)
    }

    private let process: ChildProcess
    private let deadline: Instant

    /// Starts it, in the network of the calling thread.
    ///
    /// - Parameters:
    ///   - executable: this program, whose command `generator` carries out orders.
    ///   - seconds: how long the load takes if all goes well.
    init(_ order: GeneratorOrder, executable: String, processor: Int, seconds: Double) throws {
        var request = SpawnRequest([executable, "generator", try order.text])
        // Ctrl-C is for this program, which ends the generator. But the generator gets no session of its own: the scheduler would then
        // share the processor fairly between it and the troublemakers, which should get only what it leaves.
        request.startsGroup = true
        request.processors = [processor]
        request.environment = ["LANG": "C"]
        process = try ChildProcess(request)
        // It waits once for connections that are not accepted, and once for answers that do not come.
        deadline = .now + .milliseconds(Int((seconds * 2 + (order.plan?.timeoutSeconds ?? 0) * 3 + 20) * 1000))
    }

    var isRunning: Bool { process.isRunning }

    /// Ends it at once; returns when it is gone.
    func kill() {
        process.send(signal: 9)
        _ = process.waitForExit(within: .seconds(5))
    }

    /// Waits for its end. Blocks, and calls the function about twice per second.
    func outcome(whileWaiting: () -> Void) -> Outcome {
        while process.waitForExit(within: .milliseconds(500)) == nil {
            if .now >= deadline {
                kill()
                return .overdue
            }
            whileWaiting()
        }
        guard process.exit == .status(0) else {
            let said = process.errors.split(separator: "\n").last.map { ": \($0)" } ?? ""
            return .failure("the generator ended \(process.exit?.account ?? "")\(said)")
        }
        do {
            switch try JSONDecoder().decode(GeneratorOrder.Answer.self, from: Data(process.output.utf8)) {
            case .result(let result): return .result(result)
            case .failure(let reason): return .failure(reason)
            }
        } catch { return .failure("the generator's answer cannot be read") }
    }
}
