// `eco check` as a person runs it.
import EcoServer
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco check", .blocking)
struct CheckCommandTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/CheckServers"
    static let right = "python3 \(folder)/right.py"
    private static let lesson = "python3 \(folder)/lesson.py"

    @Test("lists the requested cases, in the requested language or the locale's")
    func list() throws {
        let all = try Eco.run(["check", "--list"])
        #expect(all.exit == .status(0) && all.errors == "")
        #expect(all.output.split(separator: "\n").count == 51)
        #expect(all.output.contains("3.2   robust   a UTF-8 sequence cut between two reads\n"))
        let some = try Eco.run(["check", "--list", "--only", "1.2,5", "--lang", "pt"])
        #expect(some.output.split(separator: "\n").count == 6)
        #expect(some.output.hasPrefix("1.2   lição    os clientes são numerados um após o outro\n"))
        var options = ChildProcess.Options()
        options.environment["LANG"] = "pt_BR.UTF-8"
        #expect(try Eco.run(["check", "--list", "--only", "1.2,5"], options).output == some.output)
        options.environment["LC_ALL"] = "C"
        #expect(try Eco.run(["check", "--list", "--only", "1.2"], options).output.contains("clients are numbered"))
    }

    @Test("checks a running server, and says what it could not check", arguments: Model.all)
    func running(model: Model) throws {
        try SpawnedServer.serving(["--model", model.name]) { server throws in
            let outcome = try Eco.run(["check", "localhost:\(server.port)"], seconds: 60)
            #expect(outcome.exit == .status(model.keeps(.manyClients) ? 0 : 1), "\(outcome.output)")
            #expect(outcome.output.contains("  --    7.7  descriptors are given back (needs --spawn)\n"))
            #expect(outcome.errors == "")
        }
    }

    @Test("decides by the requested level, and writes files for programs")
    func files() throws {
        let base = "/tmp/eco-check-\(getpid())"
        let (json, junit) = (base + ".json", base + ".xml")
        defer { for path in [json, junit] { unsafe unlink(path) } }
        let only = ["--spawn", Self.lesson + " {port}", "--only", "1,4", "--json", json, "--junit", junit]
        let lesson = try Eco.run(["check", "--level", "lesson"] + only, seconds: 60)
        #expect(lesson.exit == .status(0), "\(lesson.output)")
        #expect(SystemFile.text(at: json)?.contains("\"format\" : \"eco-check\"") == true)
        #expect(SystemFile.text(at: junit)?.contains("<testsuites name=\"eco check\" tests=\"15\"") == true)
        let robust = try Eco.run(["check", "--level", "robust"] + only, seconds: 60)
        #expect(robust.exit == .status(1))
        #expect(robust.output.contains("eco explain 4.5"))
        #expect(SystemFile.text(at: json)?.contains("Docs/check/reads-are-not-messages.md") == true)
        #expect(SystemFile.text(at: json)?.contains("\"holds\" : false") == true)
    }

    @Test("lists and checks the cases of the requested level, and those below it")
    func level() throws {
        let list = try Eco.run(["check", "--list", "--level", "lesson", "--lang", "en"])
        let lines = list.output.split(separator: "\n")
        #expect(lines.count == 14 && lines.allSatisfy { $0.dropFirst(6).hasPrefix("lesson") }, "\(list)")
        let outcome = try Eco.run(
            ["check", "--level", "lesson", "--lang", "en", "--spawn", "\(Self.lesson) {port}"], seconds: 60)
        #expect(outcome.exit == .status(0), "\(outcome)")
        #expect(outcome.output.contains("The server keeps the protocol at level lesson ("), "\(outcome)")
        #expect(!outcome.output.contains("robust") && !outcome.output.contains("FAIL"), "\(outcome)")
    }

    @Test("explains a case or a page, in the requested language or the locale's, and lists the pages")
    func explain() throws {
        let root = Self.folder.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
        func page(_ path: String) -> String? { SystemFile.text(at: "\(root)/Docs/check/\(path).md") }
        let english = try Eco.run(["explain", "3.2", "--lang", "en"])
        #expect(english.exit == .status(0) && english.output == page("decoding-each-read"))
        var options = ChildProcess.Options()
        options.environment["LANG"] = "pt_BR.UTF-8"
        #expect(try Eco.run(["explain", "leaks"], options).output == page("pt/leaks"))
        for lang in ["en", "pt"] {
            let text = try Eco.run(["explain", "protocol", "--lang", lang])
            #expect(text.exit == .status(0) && text.output == SystemFile.text(at: "\(root)/Docs/protocol.md"))
        }
        let list = try Eco.run(["explain", "--lang", "en"])
        #expect(list.exit == .status(0) && list.output.contains("parent-keeps-its-copy"))
        #expect(list.output.hasSuffix("The protocol\n"), "\(list.output)")
        for topic in ["12.3", "", "\u{1B}[31m"] {
            let unknown = try Eco.run(["explain", topic])
            #expect(unknown.exit == .status(64) && unknown.output == "", "\(unknown)")
            #expect(unknown.errors.isOnePlainLine && unknown.errors.contains("eco check --list"), "\(unknown)")
        }
    }

    @Test("gives a server with a fixed port its own network, even if the port is in use outside")
    func fixedPort() throws {
        try SpawnedServer.serving { outside throws in
            // The port is taken here, and free where the server is started, each time.
            let arguments = [
                "--spawn", "\(Self.lesson) \(outside.port)", "--port", "\(outside.port)", "--only", "1,8.1,8.2",
            ]
            let outcome = try Eco.run(["check", "--level", "lesson"] + arguments, seconds: 60)
            #expect(outcome.exit == .status(0), "\(outcome)")
            // On a busy machine the checker cannot tell; started where the port is taken, each server would end at once.
            #expect(outcome.output.contains("  FAIL  8.1") || outcome.output.contains("the checker itself was stopped"))
            #expect(outcome.output.contains("  ok    1.1"), "\(outcome.output)")
            #expect(try outside.connect().readLine() == "Servidor de eco (cliente 1).", "somebody was there")
        }
    }

    /// Starts `eco check` where no server can get its own network: in a user namespace that does not allow it.
    private static var withoutNetworks: ChildProcess.Options {
        var options = ChildProcess.Options()
        options.launcher = [
            "unshare", "-Ur", "/bin/sh", "-c", "echo 0 > /proc/sys/user/max_net_namespaces; exec \"$0\" \"$@\"",
        ]
        return options
    }

    @Test("says so if it cannot, and who holds the port")
    func sharedPort() throws {
        try SpawnedServer.serving { outside throws in
            let arguments = ["check", "--spawn", Self.right, "--port", "\(outside.port)"]
            let outcome = try Eco.run(arguments, Self.withoutNetworks)
            #expect(outcome.exit == .status(69))
            #expect(
                outcome.errors.contains("port \(outside.port) is held by")
                    && outcome.errors.contains("give another --port"))
            #expect(outcome.errors.contains("does not allow the server its own network"))
        }
    }

    @Test("waits for a port in TIME_WAIT, if networks are shared")
    func rememberedPort() throws {
        let port = try SpawnedServer.serving { server throws in
            let client = try server.greeted()
            #expect(try client.ask("tchau\n") == "TCHAU\n")
            #expect(client.readToEnd().end == .endOfStream)
            return server.port
        }
        #expect(!PortUse.isFree(port), "the server's side of the connection is not remembered")
        let process = try ChildProcess(
            Eco.path, ["check", "--spawn", "\(Self.right) \(port)", "--port", "\(port)", "--only", "1.1"],
            Self.withoutNetworks)
        #expect(process.wait(.errors) { $0.contains("waiting for port \(port)") }, "\(process.output)\(process.errors)")
        process.send(signal: SIGINT)
        #expect(process.waitForExit() == .status(130))
    }

    @Test(
        "fails no server for what it has missed while it was stopped itself",
        arguments: [
            // Longer than a clean close waits for what a client still says.
            ("5.4", "tchau", patience: 0.5, pause: 2.5),
            // Longer than a case may take.
            ("7.1", "xxxx", patience: 2, pause: 13),
        ])
    func stopped(id: String, text: String, patience: Double, pause: Double) throws {
        let server = "python3 \(Self.folder)/stopping.py {port} \(text) \(pause)"
        let outcome = try Eco.run(
            ["check", "--patience", "\(patience)", "--only", id, "--spawn", server], seconds: 100)
        #expect(outcome.exit == .status(0), "\(outcome)")
    }

    @Test(
        "tells a server that cannot be checked in one line, with a status of its own",
        arguments: [
            ([], 64, "give host:port"), (["localhost:9090", "--spawn", "x {port}"], 64, "give only one"),
            (["--spawn", "./servidor"], 64, "{port}"), (["nowhere"], 64, "host:port"),
            (["localhost:0"], 64, "host:port"),
            (["localhost:99999"], 64, "host:port"), (["nobody.invalid:9090"], 68, "nobody.invalid"),
            (["127.0.0.1:1"], 69, "nothing listens"), (["--spawn", "/nowhere/servidor {port}"], 69, "not found"),
            (["--spawn", "echo falhou >&2; exit 3 {port}"], 69, "falhou"),
            (["--spawn", "kill -9 $$ {port}"], 69, "signal 9"),
            (["--spawn", "sleep 100 # {port}", "--patience", ".3"], 69, "within 1.5 s"),
            (["localhost:9090", "--port", "9090"], 64, "--spawn"), (["--spawn", "x", "--port", "0"], 64, "1 to 65535"),
            (["localhost:9090", "--only", "12.3"], 64, "--list"), (["localhost:9090", "--only", ""], 64, "--list"),
            (["localhost:9090", "--patience", "0"], 64, "0.1 to 1000"),
            (["localhost:9090", "--patience", "x"], 64, "0.1 to 1000"),
            (["localhost:9090", "--level", "easy"], 64, "'--level <level>': give lesson, robust or hostile\n"),
            (["localhost:9090", "--lang", "fr"], 64, "'--lang <language>': give en or pt\n"),
            (["localhost:9090", "--seed", "-1"], 64, "whole number"),
            (["localhost:9090", "--json", "/nowhere/x.json"], 73, "--json"),
            (["localhost:9090", "--junit", ""], 73, "--junit"),
            (["localhost:9090", "--json", "/sys/x.json"], 77, "--json"),
        ] as [([String], Int32, String)])
    func badInput(arguments: [String], status: Int32, remedy: String) throws {
        let outcome = try Eco.run(["check"] + arguments)
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.output == "")
        #expect(outcome.errors.isOnePlainLine, "\(outcome.errors)")
        #expect(outcome.errors.contains(remedy), "\(outcome.errors)")
    }

    @Test("protects the terminal and the files from what the user has typed")
    func typedControlCharacters() throws {
        let (json, junit) = ("/tmp/eco-evil-\(getpid()).json", "/tmp/eco-evil-\(getpid()).xml")
        defer { for path in [json, junit] { unsafe unlink(path) } }
        let command = "\(Self.right) {port} # \u{1B}[2J\u{9B}31m\u{202E}"
        let outcome = try Eco.run(["check", "--only", "1.1", "--json", json, "--junit", junit, "--spawn", command])
        #expect(outcome.exit == .status(0), "\(outcome)")
        for text in [outcome.output, outcome.errors, SystemFile.text(at: json) ?? "", SystemFile.text(at: junit) ?? ""]
        {
            #expect(!text.unicodeScalars.contains { $0.commandsTerminals && $0 != "\n" }, "\(text)")
        }
    }

    @Test("protects the terminal from what a server prints")
    func controlCharacters() throws {
        let outcome = try Eco.run(["check", "--spawn", "printf '\\033[31mrot\\007' >&2; exit 1 # {port}"])
        #expect(outcome.exit == .status(69))
        #expect(outcome.errors.contains("rot"))
        #expect(!outcome.errors.contains("\u{1B}") && !outcome.errors.contains("\u{7}"))
    }
}
