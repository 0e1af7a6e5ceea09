import Glibc
import LinuxIO
import TestSupport
import Testing

// Readers of the server's output that stall or go away.
import class Foundation.FileManager

@Suite("Standard output", .blocking, .serialized)
struct OutputTests {
    /// The kind of reader.
    enum Reader: CaseIterable {
        /// A pipe that is read up to the first line, then no more.
        case stalledPipe
        /// A pipe whose reader has gone.
        case closedPipe
        /// A terminal on which the user has typed Control-S.
        case stoppedTerminal
    }

    /// Serves with such a reader of standard output, which has read the first line.
    private static func serving(
        _ arguments: [String], _ reader: Reader, _ body: (SpawnedServer, UInt16, Pipe) throws -> Void
    ) throws {
        let pipe = reader == .stoppedTerminal ? try Pipe.terminal() : try Pipe(capacity: 4096)
        var options = ChildProcess.Options()
        options.standardOutput = pipe.writeEnd
        try SpawnedServer.serving(arguments, options: options) { server throws in
            let line = try pipe.readLine()
            let port = try #require(SpawnedServer.port(in: line), "\(line)")
            switch reader {
            case .stalledPipe: break
            case .closedPipe: pipe.closeReadEnd()
            case .stoppedTerminal: #expect(tcflow(pipe.writeEnd, TCOOFF) == 0)
            }
            try body(server, port, pipe)
        }
        withExtendedLifetime(pipe) {}
    }

    @Test("is written by threads with their own descriptor table, so that the loop does not share its table")
    func ownDescriptors() throws {
        try SpawnedServer.serving(["--model", "reactor"]) { server throws in
            let client = try server.greeted()
            #expect(try client.ask("eco\n") == "ECO\n")
            // Both have written something by now.
            _ = try server.report()
            let tasks = "/proc/\(server.process.pid)/task"
            let writers = try FileManager.default.contentsOfDirectory(atPath: tasks).filter {
                SystemFile.text(at: "\(tasks)/\($0)/comm")?.hasPrefix("eco-std") == true
            }
            #expect(writers.count == 2)
            for writer in writers {
                let open = try FileManager.default.contentsOfDirectory(atPath: "\(tasks)/\(writer)/fd")
                #expect(open.sorted() == ["0", "1", "2"])
            }
        }
    }

    @Test(
        "to a reader who stalls or goes away costs lines, which are counted, and nothing else",
        arguments: Eco.models, Reader.allCases)
    func stalledReader(model: String, reader: Reader) throws {
        try Self.serving(["--model", model, "--host", "127.0.0.1"], reader) { server, port, pipe throws in
            let flags = fcntl(pipe.writeEnd, F_GETFL)
            // Two lines each: more than the reader's pipe and the server's own queue hold together.
            for _ in 0..<2_300 {
                let client = try TestClient(.loopback(port: port))
                #expect(try client.readLine().hasPrefix("Servidor de eco"))
                client.reset()
            }
            let report = try server.report()
            #expect(report["logLinesDropped"] > 0)
            #expect(report["accepted"] == 2_300)
            let client = try TestClient(.loopback(port: port))
            #expect(try client.readLine() == "Servidor de eco (cliente 2301).")
            #expect(try client.ask("olá\n") == "OLÁ\n")
            client.close()
            #expect(fcntl(pipe.writeEnd, F_GETFL) == flags)
            let start = Instant.now
            #expect(server.terminate() == .status(0))
            #expect(.now - start < .seconds(3))
        }
    }

    /// Lets the process make files so long, and no longer: every write beyond that fails as on a full disk. prlimit(1).
    private static func limitFiles(of process: ChildProcess, to bytes: String) throws {
        let command = try ChildProcess("prlimit", ["--pid", "\(process.pid)", "--fsize=\(bytes):"])
        guard command.waitForExit() == .status(0) else { throw TestFailure("prlimit: \(command.errors)") }
    }

    @Test(
        "on a disk that is full loses lines, which are counted; once there is room they are told, and the next are there",
        arguments: Eco.models)
    func fullDisk(model: String) throws {
        let path = "/tmp/eco-full-\(getpid())-\(model)"
        let file = Descriptor(owning: unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
        defer { unsafe unlink(path) }
        func lines() -> [Substring] { (SystemFile.text(at: path) ?? "").split(separator: "\n") }
        var options = ChildProcess.Options()
        options.standardOutput = file.number
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"], options: options) { server throws in
            #expect(Wait.until { lines().count == 1 })
            let port = try #require(SpawnedServer.port(in: "\(lines())"))
            // There is room for a part of the next line.
            let room = try #require(SystemFile.text(at: path)).utf8.count + 10
            try Self.limitFiles(of: server.process, to: "\(room)")
            func connect() throws {
                let client = try server.greeted(to: .loopback(port: port))
                client.close()
            }
            for _ in 0..<5 { try connect() }
            #expect(try Wait.until { try server.report()["logLinesDropped"] > 0 })
            // The other stream has room.
            #expect(server.process.complaints.split(separator: "\n").allSatisfy { $0.hasPrefix("{") })
            try Self.limitFiles(of: server.process, to: "unlimited")
            try connect()
            #expect(server.leave() == .status(0))
            let told = lines().compactMap { line in
                line.hasPrefix("eco: ") && line.hasSuffix(" lost: File too large")
                    ? Int(line.dropFirst(5).prefix { $0.isNumber }) : nil
            }
            let plain = lines().dropFirst().filter { !$0.hasPrefix("eco: ") }
            #expect(told.reduce(plain.count, +) == 12, "\(lines())")
            #expect(!told.isEmpty && plain.last == "atendendo cliente...", "\(lines())")
            for line in plain {
                #expect(
                    line == "atendendo cliente..." || line.hasPrefix("Conexão estabelecida de 127.0.0.1:"), "\(line)")
            }
        }
    }

    @Test("on a disk that stays full is reported on standard error when the server leaves, and by its status")
    func fullForGood() throws {
        let path = "/tmp/eco-full-for-good-\(getpid())"
        let file = Descriptor(owning: unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600))
        defer { unsafe unlink(path) }
        var options = ChildProcess.Options()
        options.standardOutput = file.number
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
            #expect(Wait.until { SystemFile.text(at: path)?.hasSuffix("\n") == true })
            let said = try #require(SystemFile.text(at: path))
            try Self.limitFiles(of: server.process, to: "\(said.utf8.count)")
            _ = try server.greeted(to: .loopback(port: try #require(SpawnedServer.port(in: said))))
            #expect(server.leave() == .status(74))
            #expect(server.process.complaints == "eco: 2 lines of standard output were lost: File too large\n")
            #expect(SystemFile.text(at: path) == said)
        }
    }

    @Test("of the diagnostics may be gone as well")
    func closedStandardError() throws {
        let errors = try Pipe()
        var options = ChildProcess.Options()
        options.standardError = errors.writeEnd
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
            errors.closeReadEnd()
            errors.closeWriteEnd()
            for _ in 0..<5 {
                server.process.send(signal: SIGUSR1)
                #expect(try server.greeted().ask("a") == "A")
            }
            #expect(server.leave() == .status(0))
        }
    }

    @Test("of the diagnostics may stall")
    func stalledStandardError() throws {
        let errors = try Pipe(capacity: 4096)
        var options = ChildProcess.Options()
        options.standardError = errors.writeEnd
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
            let client = try server.greeted()
            // The counters take more than 400 bytes each time; the queue in front of the pipe holds 128 KiB.
            for _ in 0..<600 {
                server.process.send(signal: SIGUSR1)
                #expect(try client.ask("a") == "A")
            }
            let start = Instant.now
            #expect(server.leave() == .status(0))
            #expect(.now - start < .seconds(3))
        }
        withExtendedLifetime(errors) {}
    }

    @Test("and the other standard descriptors keep their mode, which the shell shares", arguments: Eco.models)
    func modes(model: String) throws {
        let input = try Pipe()
        let output = try Pipe.terminal()
        let errors = try Pipe()
        // Another number of the same open file: its flags are those that a shell would see.
        let shared = [input.readEnd, output.writeEnd, errors.writeEnd]
        let before = shared.map { fcntl($0, F_GETFL) }
        #expect(before.allSatisfy { $0 >= 0 && $0 & O_NONBLOCK == 0 })
        var options = ChildProcess.Options()
        options.standardInput = shared[0]
        options.standardOutput = shared[1]
        options.standardError = shared[2]
        try SpawnedServer.serving(["--model", model], options: options) { server throws in
            let port = try #require(SpawnedServer.port(in: try output.readLine()))
            let client = try TestClient(.loopback(port: port))
            #expect(try client.readLine() == "Servidor de eco (cliente 1).")
            #expect(try client.ask("a\n") == "A\n")
            #expect(shared.map { fcntl($0, F_GETFL) } == before)
            server.process.send(signal: SIGUSR1)
            #expect(try errors.readLine().hasPrefix("eco: notice: serving at "))
            #expect(try errors.readLine().hasPrefix("{"))
            client.close()
            #expect(server.terminate() == .status(0))
            #expect(shared.map { fcntl($0, F_GETFL) } == before)
        }
        withExtendedLifetime((input, output, errors)) {}
    }

    @Test("that another process made non-blocking is still written to")
    func nonBlocking() throws {
        let pipe = try Pipe(capacity: 4096)
        _ = fcntl(pipe.writeEnd, F_SETFL, fcntl(pipe.writeEnd, F_GETFL) | O_NONBLOCK)
        var options = ChildProcess.Options()
        options.standardOutput = pipe.writeEnd
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
            let port = try #require(SpawnedServer.port(in: try pipe.readLine()))
            for _ in 0..<200 {
                let client = try TestClient(.loopback(port: port))
                _ = try client.readLine()
                client.reset()
            }
            // The pipe holds a third of these lines; the others wait until there is room.
            for _ in 0..<200 {
                #expect(try pipe.readLine().hasPrefix("Conexão estabelecida de 127.0.0.1:"))
                #expect(try pipe.readLine() == "atendendo cliente...")
            }
            #expect(try server.report()["logLinesDropped"] == 0)
            #expect(server.terminate() == .status(0))
        }
        withExtendedLifetime(pipe) {}
    }
}
