// What the server does when there is no memory, or no thread, for new clients; and when it crashes.
import EcoServer
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("A shortage", .blocking, .serialized)
struct ShortageTests {
    /// Starts the server again: the port must be free at once.
    private static func isFree(_ port: UInt16) -> Bool {
        (try? Listener(at: .loopback(port: port), options: .init(backlog: 1))) != nil
    }

    /// The address space of a server without clients, in KiB.
    private static func idleKibibytes(_ model: String) throws -> Int {
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"]) { server in
            let text = try #require(SystemFile.text(at: "/proc/\(server.process.pid)/status"))
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmSize:") })
            return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
        }
    }

    @Test(
        "Pitfall 28: of memory under a flood is survived, or ends the server at once, in one line, with its port free",
        arguments: Eco.models, [1, 4, 16])
    func memory(model: String, mebibytes: Int) throws {
        _ = try DescriptorLimit.raise()
        var options = ChildProcess.Options()
        let limit = try Self.idleKibibytes(model) + mebibytes << 10
        options.launcher = ["/bin/sh", "-c", "ulimit -v \(limit); exec \"$0\" \"$@\""]
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"], options: options) { server throws in
            // Where there is no memory for them it may end before all have come.
            let clients = (0..<300).compactMap { _ in try? server.connect() }
            let text = [UInt8](repeating: UInt8(ascii: "z"), count: 64 << 10)
            // They send what the kernel takes and read nothing, again and again as the server takes it in.
            for _ in 0..<40 { for client in clients { _ = client.sendNow(text) } }
            let report = try? server.report()
            for client in clients { client.close() }
            if report != nil {
                // Clients that have gone make room when the server notices it.
                var next: TestClient?
                #expect(
                    Wait.until {
                        next = try? server.greeted(); return next != nil
                    })
                #expect(try next?.ask("ainda?\n") == "AINDA?\n")
                #expect(server.leave() == .status(0))
            } else {
                #expect(server.process.waitForExit() == .status(71))
                let told = server.process.complaints.split(separator: "\n").filter { !$0.hasPrefix("eco: warning: ") }
                #expect(told.count == 1)
                #expect(told.first?.hasPrefix("eco: out of memory at ") == true)
            }
            #expect(Self.isFree(server.port))
        }
    }

    /// Starts the server as a user with this limit on threads, which does not apply to the superuser.
    private static func withThreads(_ count: Int, _ model: Model, _ body: (SpawnedServer) throws -> Void) throws {
        var options = ChildProcess.Options()
        options.launcher = [
            "prlimit", "--nproc=\(count)", "setpriv", "--reuid=\(54_000 + count)", "--clear-groups", "--",
        ]
        try SpawnedServer.serving(["--model", model.name, "--host", "127.0.0.1"], options: options, body)
    }

    @Test(
        "of threads leaves one client at a time, whom the accepting thread serves",
        .enabled(if: getuid() == 0, "the limit on threads is tested as another user"),
        arguments: Model.keeping(.threadPerClient))
    func noThread(model: Model) throws {
        // The main thread, the supervisor, the writers of both streams.
        try Self.withThreads(4, model) { server throws in
            let first = try server.connect()
            #expect(try first.readLine() == "Servidor de eco (cliente 1).")
            // A client that connects meanwhile waits, and is not refused with a limit of 0 clients.
            let second = try server.connect()
            #expect(try first.ask("oi\n") == "OI\n")
            first.close()
            #expect(try second.readLine() == "Servidor de eco (cliente 2).")
            #expect(try second.ask("oi\n") == "OI\n")
            #expect(server.leave() == .status(0))
        }
    }

    @Test(
        "of threads is told with the number of those who are served",
        .enabled(if: getuid() == 0, "the limit on threads is tested as another user"),
        arguments: Model.keeping(.threadPerClient))
    func fewThreads(model: Model) throws {
        try Self.withThreads(6, model) { server throws in
            let clients = try (0..<2).map { _ in try server.greeted() }
            for _ in 0..<3 {
                let line = "Servidor cheio: limite de 2 clientes.\n"
                #expect(try server.connect().readToEnd() == .init(bytes: Array(line.utf8), end: .endOfStream))
            }
            for client in clients { #expect(try client.ask("oi\n") == "OI\n") }
            #expect(server.leave() == .status(0))
        }
    }

    @Test(
        "of sense, a crash, ends the server at once, and its port is free",
        arguments: [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGQUIT])
    func crash(signal: Int32) throws {
        try SpawnedServer.serving(["--host", "127.0.0.1"]) { server throws in
            _ = try server.greeted()
            server.process.send(signal: signal)
            #expect(server.process.waitForExit() == .signal(signal))
            #expect(Self.isFree(server.port))
            // No backtracer has described it.
            #expect(server.process.complaints == "")
        }
    }
}
