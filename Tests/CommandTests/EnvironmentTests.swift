// Options from the environment.
import LinuxIO
import TestSupport
import Testing

@Suite("The environment", .blocking)
struct EnvironmentTests {
    private static func options(_ environment: [String: String]) -> ChildProcess.Options {
        var options = ChildProcess.Options()
        options.environment = environment
        return options
    }

    @Test("sets the port, and the command line wins")
    func port() throws {
        // In use by the first server, so that the second's complaint shows where it would have listened.
        try SpawnedServer.serving { first throws in
            let environment = Self.options(["ECO_PORT": "\(first.port)"])
            let refused = try Eco.run([], environment)
            #expect(refused.exit == .status(69))
            #expect(refused.errors.contains("port \(first.port) is in use"))
            try SpawnedServer.serving(options: environment) { second throws in
                #expect(second.port != first.port)
                #expect(try second.greeted().ask("a") == "A")
            }
        }
    }

    @Test(
        "can set every option of the synopsis",
        arguments: [
            ("ECO_HOST", "127.0.0.1"), ("ECO_UNIX", "/tmp/eco-environment-test"), ("ECO_MODEL", "workers"),
            ("ECO_WORKERS", "3"), ("ECO_SIMULATE", "sleep:5ms"), ("ECO_MAX_CLIENTS", "7"),
            ("ECO_MAX_CLIENTS_PER_ADDRESS", "2"), ("ECO_MAX_PENDING", "100000"), ("ECO_BACKLOG", "16"),
            ("ECO_IDLE_TIMEOUT", "30"), ("ECO_WRITE_TIMEOUT", "5"), ("ECO_DRAIN_TIMEOUT", "3"),
            ("ECO_KEEPALIVE", "off"),
            ("ECO_INVALID_UTF8", "close"), ("ECO_LOG_LEVEL", "debug"),
        ])
    func everyOption(variable: String, value: String) throws {
        // Other models have no workers, and say so.
        let model = variable == "ECO_WORKERS" ? ["--model", "workers"] : []
        let options = Self.options([variable: value])
        try SpawnedServer.serving(["--host", "127.0.0.1"] + model, options: options) { server throws in
            #expect(try server.greeted().ask("a") == "A")
            #expect(server.leave() == .status(0))
            #expect(server.process.complaints == "")
        }
    }

    @Test("has an effect: a limit, a policy, silence")
    func effect() throws {
        let both = ["ECO_MAX_CLIENTS": "1", "ECO_INVALID_UTF8": "close"]
        try SpawnedServer.serving(options: Self.options(both)) { server throws in
            let client = try server.greeted()
            #expect(try server.connect().readLine() == "Servidor cheio: limite de 1 clientes.")
            try client.send([0xFF])
            #expect(try client.readLine() == "Erro: texto não é UTF-8 válido.")
        }
        try SpawnedServer.serving(["--max-clients", "2"], options: Self.options(both)) { server throws in
            _ = try server.greeted()
            _ = try server.greeted()
            #expect(try server.connect().readLine() == "Servidor cheio: limite de 2 clientes.")
        }
        var quiet = Self.options(["ECO_QUIET": "1", "ECO_PORT": "0"])
        quiet.descriptorLimit = 512
        let process = try ChildProcess(Eco.path, [], quiet)
        process.send(signal: 0)
        #expect(Wait.until { Proc(process.pid).descriptors > 6 })
        process.send(signal: 15)
        _ = process.waitForExit()
        #expect(process.output == "")
    }

    @Test(
        "is told by the variable's name when its value is bad",
        arguments: [
            ("ECO_PORT", "70000"), ("ECO_PORT", "abc"), ("ECO_MODEL", "forks"), ("ECO_SIMULATE", "sleep"),
            ("ECO_MAX_CLIENTS", "0"), ("ECO_IDLE_TIMEOUT", "-1"), ("ECO_LOG_LEVEL", "loud"), ("ECO_KEEPALIVE", "maybe"),
            ("ECO_WORKERS", "many"), ("ECO_QUIET", "perhaps"), ("ECO_INVALID_UTF8", "ignore"),
            ("ECO_WRITE_TIMEOUT", "soon"), ("ECO_MAX_PENDING", "lots"), ("ECO_BACKLOG", "-5"),
        ])
    func badValue(variable: String, value: String) throws {
        let outcome = try Eco.run([], Self.options([variable: value]))
        #expect(outcome.exit == .status(64))
        #expect(outcome.output == "")
        #expect(outcome.errors.isOnePlainLine, "\(outcome.errors)")
        #expect(outcome.errors.contains(variable) && outcome.errors.contains(value), "\(outcome.errors)")
    }

    @Test(
        "is told by the variable's name when its value turns out to be bad later",
        arguments: [
            ("ECO_HOST", "nobody.invalid", 68), ("ECO_HOST", "127.0.0.1,nobody.invalid", 68),
            ("ECO_HOST", "203.0.113.7", 69), ("ECO_UNIX", "/nowhere/eco.sock", 73),
            ("ECO_UNIX", "/tmp/" + String(repeating: "p", count: 120), 64), ("ECO_MAX_CLIENTS", "1000", 71),
        ] as [(String, String, Int32)])
    func lateFailure(variable: String, value: String, status: Int32) throws {
        var options = Self.options([variable: value])
        options.descriptorLimit = 256
        let outcome = try Eco.run(["--port", "0"], options)
        #expect(outcome.exit == .status(status))
        #expect(outcome.errors.isOnePlainLine, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("eco: \(variable)=\(value) in the environment: "), "\(outcome.errors)")
        // Where the command line wins, it is to blame.
        let option = "--" + variable.dropFirst(4).lowercased().map { $0 == "_" ? "-" : "\($0)" }.joined()
        let values = value.split(separator: ",").flatMap { [option, String($0)] }
        let given = try Eco.run(["--port", "0"] + values, options)
        #expect(given.exit == .status(status) && !given.errors.contains(variable), "\(given.errors)")
    }

    @Test(
        "is told of a variable that is none of eco's, with the one that may be meant; other commands do not ask for any"
    )
    func unknownVariable() throws {
        let options = Self.options(["ECO_MAXCLIENTS": "7", "ECO_PROT": "1", "ECO_EMPTY": "", "ECONOMY": "x"])
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: options) { server throws in
            #expect(server.leave() == .status(0))
            let lines = server.process.complaints.split(separator: "\n").sorted()
            #expect(lines.count == 2)
            #expect(
                lines.first?.hasPrefix("eco: warning: ECO_MAXCLIENTS ") == true
                    && lines.first?.hasSuffix(" ECO_MAX_CLIENTS?") == true, "\(lines)")
            #expect(lines.last?.hasPrefix("eco: warning: ECO_PROT ") == true, "\(lines)")
            #expect(lines.last?.hasSuffix(" ECO_PORT?") == true, "\(lines)")
        }
        // At a level above warnings it prints nothing at all, so that only a greeting shows that it serves.
        let path = "/tmp/eco-environment-level"
        let silent = try ChildProcess(
            Eco.path, ["--unix", path, "--port", "1", "--log-level", "ERROR"], options)
        #expect(Wait.until { (try? UnixPath.state(of: path)) == .live })
        let client = try TestClient(.unix(path))
        _ = try client.readLine()
        client.close()
        silent.send(signal: 15)
        #expect(silent.waitForExit() == .status(0) && silent.errors == "" && silent.output == "")
        #expect(try Eco.run(["check", "--list"], options).errors == "")
    }

    @Test("takes the name of a level in any case", arguments: ["INFO", "Debug", "trace"])
    func logLevel(level: String) throws {
        try SpawnedServer.serving(["--host", "127.0.0.1"], options: Self.options(["ECO_LOG_LEVEL": level])) {
            server throws in
            #expect(try server.greeted().ask("a") == "A")
            #expect(server.leave() == .status(0) && server.process.complaints == "")
        }
    }

    @Test("may set a port that a Unix socket alone does not use, which causes a warning that names the variable")
    func unusedPort() throws {
        let path = "/tmp/eco-environment-port"
        let options = Self.options(["ECO_PORT": "9191"])
        for (arguments, what) in [
            (["--unix", path], "ECO_PORT=9191 in the environment"), (["--unix", path, "--port", "1"], "--port 1"),
        ] {
            let process = try ChildProcess(Eco.path, arguments, options)
            #expect(process.wait(.errors) { $0.hasSuffix("\n") })
            #expect(process.wait(.output) { $0.hasSuffix("\n") })
            process.send(signal: 15)
            #expect(process.waitForExit() == .status(0))
            #expect(process.complaints.hasPrefix("eco: warning: \(what) is not used"), "\(process.complaints)")
            #expect(process.complaints.isOnePlainLine && process.output == "Aguarda conexão em \(path)\n")
        }
        try SpawnedServer.serving(["--unix", path, "--host", "127.0.0.1"]) { server throws in
            #expect(server.port > 0 && server.leave() == .status(0) && server.process.complaints == "")
        }
    }
}
