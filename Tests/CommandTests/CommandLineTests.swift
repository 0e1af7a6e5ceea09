// What the command line says and takes.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("The command line", .blocking)
struct CommandLineTests {
    /// The options of the synopsis.
    static let usual = ["--host", "--port", "--model", "--max-clients", "--quiet"]
    static let others = [
        "--unix", "--workers", "--simulate", "--max-clients-per-address", "--max-pending", "--backlog",
        "--idle-timeout",
        "--write-timeout", "--drain-timeout", "--keepalive", "--invalid-utf8", "--log-level",
    ]

    private static func options(in help: String) -> Set<String> {
        let words = help.split(whereSeparator: \.isWhitespace)
        return Set(
            words.filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "," && $0 != "=" && $0 != ")" }) })
    }

    @Test("shows newcomers the five options that most people need", arguments: [["--help"], ["serve", "--help"]])
    func help(arguments: [String]) throws {
        let outcome = try Eco.run(arguments)
        #expect(outcome.exit == .status(0))
        #expect(outcome.errors == "")
        let shown = Self.options(in: outcome.output)
        #expect(shown.isSuperset(of: Self.usual))
        #expect(shown.isDisjoint(with: Self.others))
    }

    @Test("shows all options on request", arguments: [["--help-hidden"], ["serve", "--help-hidden"]])
    func helpHidden(arguments: [String]) throws {
        let outcome = try Eco.run(arguments)
        #expect(outcome.exit == .status(0))
        #expect(Self.options(in: outcome.output).isSuperset(of: Self.usual + Self.others))
    }

    @Test(
        "shows what a command does without a subcommand, with its options and an example",
        arguments: [
            ("load", "--clients", "eco load localhost:9090"), ("compare", "--quick", "eco compare --quick"),
        ])
    func groupHelp(command: String, option: String, example: String) throws {
        for arguments in [[command, "--help"], ["help", command], [command, "--help-hidden"]] {
            let outcome = try Eco.run(arguments)
            #expect(outcome.exit == .status(0) && outcome.output.contains(example), "\(outcome)")
            #expect(Self.options(in: outcome.output).contains(option), "\(outcome)")
            // Nothing is hidden there.
            #expect(!outcome.output.contains("all of them"), "\(outcome)")
        }
    }

    @Test(
        "shows a command's help wherever the word for it stands",
        arguments: [
            (["--help", "load"], ["load", "--help"]), (["load", "help"], ["load", "--help"]),
            (["--help", "load", "merge"], ["load", "merge", "--help"]),
            (["help", "load", "merge"], ["load", "merge", "--help"]), (["-h", "check"], ["check", "--help"]),
            (["check", "help"], ["check", "--help"]), (["load", "localhost:9090", "-h"], ["load", "run", "--help"]),
            (["--help-hidden", "serve"], ["serve", "--help-hidden"]),
        ])
    func helpAnywhere(arguments: [String], same: [String]) throws {
        let (outcome, usual) = (try Eco.run(arguments), try Eco.run(same))
        #expect(outcome.exit == .status(0) && outcome.errors == "", "\(outcome)")
        #expect(outcome.output == usual.output)
    }

    @Test("names no page of the sources, which an installed eco does not have")
    func helpWithoutSources() throws {
        for command in ["", "serve", "check", "explain", "load", "compare", "status", "doctor"] {
            let outcome = try Eco.run((command.isEmpty ? [] : [command]) + ["--help-hidden"])
            #expect(outcome.exit == .status(0) && !outcome.output.contains("Docs/"), "\(outcome)")
        }
    }

    @Test(
        "is told of the command that may be meant, and where its own help is",
        arguments: [
            (["chek"], "did you mean eco check?"), (["laod", "x"], "did you mean eco load?"),
            (["load", "x", "y"], "see eco load --help"), (["load", "merge", "--no"], "see eco load merge --help"),
            (["nothing-like-it"], "see eco --help"), (["load", "merg"], "did you mean eco load merge?"),
            (["load", "dif", "a", "b"], "did you mean eco load diff?"),
            (["compare", "redrw", "x"], "did you mean eco compare redraw?"),
            (["help", "chek"], "did you mean eco check?"), (["help", "foo"], "see eco --help"),
            (["--help", "chek"], "did you mean eco check?"),
            (["help", "load", "merg"], "did you mean eco load merge?"),
            (["--hepl"], "Did you mean '--help'? See eco --help"),
            (["explain", "leak"], "did you mean eco explain leaks?"),
        ])
    func suggestions(arguments: [String], remedy: String) throws {
        let outcome = try Eco.run(arguments)
        #expect(outcome.exit == .status(64) && outcome.errors.isOnePlainLine, "\(outcome)")
        #expect(outcome.errors.hasSuffix(remedy + "\n"), "\(outcome)")
    }

    @Test("says that the port is 9090 and the model the reactor unless told otherwise")
    func defaults() throws {
        let help = try Eco.run(["serve", "--help"]).output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(help.contains("9090"))
        #expect(help.contains("default: reactor"))
        #expect(help.contains("How clients are served: \(Eco.models.joined(separator: ", "))."), "\(help)")
    }

    @Test("is complete without arguments: `eco` alone serves on localhost, 127.0.0.1 and ::1, port 9090")
    func bare() throws {
        // Another program may have the port for good reasons; then the command has to say so.
        let process = try ChildProcess(Eco.path, [])
        process.wait(.output) { $0.hasSuffix("\n") }
        if process.isRunning {
            #expect(process.output == "Aguarda conexão na porta 9090\n")
            for address in [SocketAddress.loopback(port: 9090), .loopback6(port: 9090)] {
                #expect(try TestClient(address).readLine().hasPrefix("Servidor de eco (cliente "))
            }
            process.send(signal: SIGTERM)
            #expect(process.waitForExit() == .status(0))
        } else {
            #expect(process.waitForExit() == .status(69))
            #expect(process.errors.contains("port 9090 is in use"))
        }
    }

    @Test(
        "takes each value of the synopsis",
        arguments: [
            ["--model", "epoll"], ["--model", "workers", "--workers", "3"], ["--simulate", "none"],
            ["--simulate", "sleep:5ms"], ["--simulate", "cpu:200us"], ["--max-clients", "10"],
            ["--max-clients-per-address", "2"], ["--max-pending", "1000000"], ["--backlog", "16"],
            ["--idle-timeout", "30"],
            ["--write-timeout", "5"], ["--drain-timeout", "3"], ["--keepalive", "on"], ["--keepalive", "off"],
            ["--keepalive", "6"],
            ["--invalid-utf8", "keep"], ["--invalid-utf8", "close"], ["--log-level", "debug"],
        ])
    func values(arguments: [String]) throws {
        try SpawnedServer.serving(arguments) { server throws in
            #expect(try server.greeted().ask("olá, á!\n") == "OLÁ, Á!\n")
            #expect(server.leave() == .status(0))
            #expect(server.process.complaints == "")
        }
    }

    @Test("serves under every model that it lists, and says the lesson's lines", arguments: Eco.models)
    func models(model: String) throws {
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"]) { server throws in
            let client = try server.greeted()
            #expect(try client.ask("bom dia\n") == "BOM DIA\n")
            #expect(try client.ask("tchau\n") == "TCHAU\n")
            #expect(client.readToEnd() == .init(bytes: [], end: .endOfStream))
            client.close()
            #expect(server.leave() == .status(0))
            #expect(
                server.process.output == """
                    Aguarda conexão na porta \(server.port)
                    Conexão estabelecida de 127.0.0.1:\(client.port)
                    atendendo cliente...

                    """)
            #expect(server.process.complaints == "")
        }
    }

    @Test(
        "says nothing on standard output when asked to be quiet", arguments: [["--quiet"], ["--log-level", "notice"]])
    func quiet(arguments: [String]) throws {
        let path = "/tmp/eco-quiet-\(getpid())-\(arguments.count)"
        let process = try ChildProcess(Eco.path, ["--unix", path] + arguments)
        #expect(Wait.until { (try? UnixPath.state(of: path)) == .live })
        #expect(try TestClient(.unix(path)).readLine() == "Servidor de eco (cliente 2).")
        process.send(signal: SIGTERM)
        #expect(process.waitForExit() == .status(0))
        #expect(process.output == "")
        #expect(process.complaints == "")
    }
}
