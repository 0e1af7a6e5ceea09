// The command `eco`, as a person starts it.
import Glibc
import LinuxIO
import Synchronization

/// The executable that was built beside the tests.
public enum Eco {
    /// Its path: it stands in the same directory as the program that runs the tests.
    public static var path: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe readlink("/proc/self/exe", bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        let own = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/eco"
    }

    /// The names of all models, as `--model` takes them.
    public static let models = Model.all.map(\.name)

    /// What a command came to.
    public struct Outcome: Sendable {
        public let exit: ChildProcess.Exit?
        public let output: String
        public let errors: String

        /// What a process has come to, once it has ended; its exit is nil if that takes too long.
        public init(of process: ChildProcess, seconds: Int = 20) {
            exit = process.waitForExit(seconds: seconds)
            output = process.output
            errors = process.errors
        }
    }

    /// Runs a command to its end, which is at most `seconds` away.
    public static func run(
        _ arguments: [String], _ options: ChildProcess.Options = .init(), seconds: Int = 20
    ) throws -> Outcome {
        Outcome(of: try ChildProcess(path, arguments, options), seconds: seconds)
    }
}

extension ChildProcess {
    /// What a server has said on standard error, but for its notices of a start and an end in good order.
    public var complaints: String {
        errors.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("eco: notice: serving at ") && !$0.hasPrefix("eco: notice: served ") }
            .joined(separator: "\n")
    }
}

/// A server that has been spawned and waits for clients.
public final class SpawnedServer: TestedServer {
    public let process: ChildProcess
    /// The port that it says it waits at; 0 if it only has a Unix socket.
    public let port: UInt16
    public let clients = ClientList()

    /// Serves on a free port for as long as the function runs, then kills the server if it still is there.
    @discardableResult
    public static func serving<Result>(
        _ arguments: [String] = [], executable: String = Eco.path, port: UInt16 = 0,
        options: ChildProcess.Options = .init(), _ body: (SpawnedServer) throws -> Result
    ) throws -> Result {
        let server = try SpawnedServer(executable, ["--port", "\(port)"] + arguments, options)
        // The only reference: otherwise it could be released after its last use in the function.
        return try withExtendedLifetime(server) { try body(server) }
    }

    private init(_ executable: String, _ arguments: [String], _ options: ChildProcess.Options) throws {
        process = try ChildProcess(executable, arguments, options)
        var port: UInt16 = 0
        if options.standardOutput == nil {
            let isUp = process.wait(.output) { $0.contains("Aguarda conexão") && $0.hasSuffix("\n") }
            guard isUp else { throw TestFailure("the server does not come up: \(process.errors)\(process.output)") }
            port = Self.port(in: process.output) ?? 0
        }
        self.port = port
    }

    /// The port in the line that says where the server waits.
    public static func port(in text: String) -> UInt16? {
        guard let range = text.firstRange(of: "Aguarda conexão na porta ") else { return nil }
        return UInt16(text[range.upperBound...].prefix { $0.isNumber })
    }

    public var address: SocketAddress { .loopback(port: port) }
    public var proc: Proc { Proc(process.pid) }

    // MARK: - Signals

    /// Asks for the counters by SIGUSR1, and waits for their line.
    public func report(seconds: Int = 20) throws -> Report {
        let before = Report.lines(in: process.errors).count
        process.send(signal: SIGUSR1)
        process.wait(.errors, seconds: seconds) { Report.lines(in: $0).count > before }
        guard let line = Report.lines(in: process.errors).dropFirst(before).last, let report = Report(line) else {
            throw TestFailure("no counters: \(process.errors)")
        }
        return report
    }

    /// Stops the process as a debugger would: what happens meanwhile it finds all at once in `resume()`.
    public func stop() throws {
        process.send(signal: SIGSTOP)
        guard Wait.until({ proc.state == "T" }) else { throw TestFailure("the server does not stop") }
    }

    public func resume() { process.send(signal: SIGCONT) }

    /// Closes all clients and asks it to leave, which it does at once then; says how it did.
    public func leave(_ signal: Int32 = SIGTERM) -> ChildProcess.Exit? {
        clients.closeAll()
        return terminate(signal)
    }

    /// Asks it to leave, and says how it did. It waits up to two seconds for clients that do not close their side.
    public func terminate(_ signal: Int32 = SIGTERM, seconds: Int = 20) -> ChildProcess.Exit? {
        process.send(signal: signal)
        return process.waitForExit(seconds: seconds)
    }
}
