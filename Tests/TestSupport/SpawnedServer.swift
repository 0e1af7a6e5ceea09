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

    /// The names of all models, as `eco serve --help` lists them: a new one is tested without a new line here.
    public static let models: [String] = {
        guard let help = try? run(["serve", "--help"]).output,
            let line = help.split(separator: "\n").joined(separator: " ").firstRange(of: "How clients are served: ")
        else { return [] }
        let list = help.split(separator: "\n").joined(separator: " ")[line.upperBound...].prefix { $0 != "." }
        return list.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
    }()

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
public final class SpawnedServer: Sendable {
    public let process: ChildProcess
    /// The port that it says it waits at; 0 if it only has a Unix socket.
    public let port: UInt16
    /// Every client that was made here stays connected until it is closed or the server's time is over.
    private let clients = Monitor<[TestClient]>([])

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

    public var proc: Proc { Proc(process.pid) }

    // MARK: - Clients

    /// Connects a client and keeps it.
    public func connect(
        to address: SocketAddress? = nil, from source: UInt32? = nil, receiveBuffer: Int32? = nil, seconds: Int = 20
    ) throws -> TestClient {
        let client = try TestClient(
            address ?? .loopback(port: port), from: source, receiveBuffer: receiveBuffer, seconds: seconds)
        clients.withLock { $0.append(client) }
        return client
    }

    /// Connects a client and reads its greeting.
    public func greeted(to address: SocketAddress? = nil, from source: UInt32? = nil) throws -> TestClient {
        let client = try connect(to: address, from: source)
        let line = try client.readLine()
        guard line.hasPrefix("Servidor de eco (cliente ") else { throw TestFailure("no greeting: \(line)") }
        return client
    }

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
        clients.withLock { $0 }.forEach { $0.close() }
        return terminate(signal)
    }

    /// Asks it to leave, and says how it did. It waits up to two seconds for clients that do not close their side.
    public func terminate(_ signal: Int32 = SIGTERM, seconds: Int = 20) -> ChildProcess.Exit? {
        process.send(signal: signal)
        return process.waitForExit(seconds: seconds)
    }
}
