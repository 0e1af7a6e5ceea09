// Where the server listens.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("Listening", .blocking)
struct ListeningTests {
    /// A path of this test's own.
    private static func path(_ name: String) -> String { "/tmp/eco-\(name)-\(getpid()).sock" }

    private static let anywhere6 = SocketAddress.ipv6(0, 1, port: 0, scope: 0)

    @Test("at localhost takes 127.0.0.1 and ::1 with one port, which is said once")
    func localhost() throws {
        try SpawnedServer.serving { server throws in
            for address in [SocketAddress.loopback(port: server.port), .loopback6(port: server.port)] {
                #expect(try server.greeted(to: address).ask("eco\n") == "ECO\n")
            }
            let output = server.process.output
            #expect(output.split(separator: "\n").count { $0.hasPrefix("Aguarda conexão na porta") } == 1)
        }
    }

    @Test("names an IPv6 client in brackets, an IPv4 client of a wildcard as what it is, a Unix client `unix`")
    func peers() throws {
        let path = Self.path("peers")
        try SpawnedServer.serving(["--host", "::", "--unix", path]) { server throws in
            let six = try server.greeted(to: .loopback6(port: server.port))
            let four = try server.greeted(to: .loopback(port: server.port))
            _ = try server.greeted(to: .unix(path))
            #expect(server.leave() == .status(0))
            let lines = server.process.output.split(separator: "\n").map(String.init)
            #expect(lines.contains("Conexão estabelecida de [::1]:\(six.port)"))
            #expect(lines.contains("Conexão estabelecida de 127.0.0.1:\(four.port)"))
            #expect(lines.contains("Conexão estabelecida de unix"))
            #expect(lines.contains("Aguarda conexão na porta \(server.port)"))
            #expect(lines.contains("Aguarda conexão em \(path)"))
            // The two lines of a client stay together.
            for (index, line) in lines.enumerated() where line.hasPrefix("Conexão") {
                #expect(lines[index + 1] == "atendendo cliente...")
            }
        }
    }

    @Test("takes several hosts, each name and address once")
    func hosts() throws {
        let arguments = ["--host", "127.0.0.1", "--host", "127.0.0.2", "--host", "localhost", "--host", "127.0.0.1"]
        try SpawnedServer.serving(arguments) { server throws in
            let port = server.port
            let addresses = [
                SocketAddress.loopback(port: port), .ipv4(0x7F00_0002, port: port), .loopback6(port: port),
            ]
            for address in addresses { #expect(try server.greeted(to: address).ask("á") == "Á") }
            #expect(throws: TestFailure.self) { try server.connect(to: .ipv4(0x7F00_0003, port: port)) }
        }
    }

    @Test("takes a list of hosts from the environment, and both wildcards on one port")
    func wildcards() throws {
        var options = ChildProcess.Options()
        options.environment = ["ECO_HOST": "0.0.0.0,::"]
        try SpawnedServer.serving(options: options) { server throws in
            for address in [SocketAddress.ipv4(0x7F00_0009, port: server.port), .loopback6(port: server.port)] {
                #expect(try server.greeted(to: address).ask("x") == "X")
            }
        }
    }

    @Test(
        "at a wildcard covers the addresses that are given besides, in whatever order",
        arguments: [
            (["0.0.0.0", "127.0.0.1"], 1, false), (["127.0.0.1", "0.0.0.0"], 1, false), (["::", "127.0.0.1"], 1, true),
            (["::1", "::"], 1, true), (["127.0.0.1", "::", "::1", "0.0.0.0"], 2, true),
            (["localhost", "0.0.0.0"], 2, true),
            (["localhost", "::"], 1, true), (["127.0.0.1", "localhost", "::ffff:127.0.0.1"], 2, true),
            (["::ffff:0.0.0.0", "127.0.0.1"], 1, false),
        ])
    func covered(hosts: [String], sockets: Int, takesIPv6: Bool) throws {
        try SpawnedServer.serving(hosts.flatMap { ["--host", $0] }) { server throws in
            #expect(PortUse.listeners(at: server.port).count == sockets)
            #expect(try server.greeted(to: .loopback(port: server.port)).ask("x") == "X")
            if takesIPv6 { #expect(try server.greeted(to: .loopback6(port: server.port)).ask("x") == "X") }
            #expect(server.leave() == .status(0) && server.process.complaints == "")
        }
    }

    @Test("at a name of this machine resolves it")
    func hostName() throws {
        var buffer = [UInt8](repeating: 0, count: 256)
        let room = buffer.count
        _ = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe gethostname(bytes.baseAddress!.assumingMemoryBound(to: CChar.self), room)
        }
        let name = String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        let address = try #require(try? Host.addresses(of: name, port: 0).first, "\(name) does not resolve: /etc/hosts")
        try SpawnedServer.serving(["--host", name]) { server throws in
            #expect(try server.greeted(to: address.withPort(server.port)).ask("x") == "X")
        }
    }

    @Test("on a free port never says 0, and two servers never share one")
    func freePorts() throws {
        try SpawnedServer.serving { first throws in
            try SpawnedServer.serving { second throws in
                #expect(first.port != 0 && second.port != 0 && first.port != second.port)
            }
        }
    }

    // MARK: - Unix sockets

    @Test("at a Unix socket alone opens no port, and removes its file when it leaves")
    func unixAlone() throws {
        let path = Self.path("alone")
        try SpawnedServer.serving(["--unix", path]) { server throws in
            #expect(server.port == 0)
            #expect(server.process.output == "Aguarda conexão em \(path)\n")
            #expect(try server.greeted(to: .unix(path)).ask("olá\n") == "OLÁ\n")
            #expect(server.leave() == .status(0))
            #expect(try UnixPath.state(of: path) == .nothing)
        }
    }

    @Test("replaces a Unix socket whose server died, and not one that lives")
    func staleAndLive() throws {
        let path = Self.path("stale")
        try SpawnedServer.serving(["--unix", path]) { server throws in
            server.process.send(signal: SIGKILL)
            #expect(server.process.waitForExit() == .signal(SIGKILL))
        }
        #expect(try UnixPath.state(of: path) == .stale)
        try SpawnedServer.serving(["--unix", path]) { server throws in
            let outcome = try Eco.run(["--unix", path])
            #expect(outcome.exit == .status(69))
            #expect(outcome.errors.isOnePlainLine && outcome.errors.contains("\(path) is in use"))
            #expect(try server.greeted(to: .unix(path)).ask("a") == "A")
            #expect(server.leave() == .status(0))
        }
        #expect(try UnixPath.state(of: path) == .nothing)
    }

    @Test("leaves a file that is no socket as it is")
    func plainFile() throws {
        let path = Self.path("plain")
        let file = Descriptor(owning: unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
        defer { unsafe unlink(path) }
        #expect(unsafe write(file.number, "precious", 8) == 8)
        let outcome = try Eco.run(["--unix", path])
        #expect(outcome.exit == .status(73))
        #expect(outcome.errors.isOnePlainLine && outcome.errors.contains("not a socket"))
        #expect(SystemFile.text(at: path) == "precious")
    }

    @Test("leaves a Unix socket alone that another server has put in its file's place")
    func replaced() throws {
        let path = Self.path("replaced")
        try SpawnedServer.serving(["--unix", path]) { first throws in
            unsafe unlink(path)
            try SpawnedServer.serving(["--unix", path]) { second throws in
                #expect(first.leave() == .status(0))
                #expect(try second.greeted(to: .unix(path)).ask("a") == "A")
            }
        }
        unsafe unlink(path)
    }
}
