// Asking a server that runs, and signals that other commands are not to die of.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco status", .blocking)
struct StatusTests {
    @Test("asks the server with a process id or on a port, whose log does not get the counters", arguments: Eco.models)
    func counters(model: String) throws {
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"]) { server throws in
            let client = try server.greeted()
            #expect(try client.ask("olá\n") == "OLÁ\n")
            for name in ["\(server.process.pid)", "\(server.port)"] {
                let told = try Eco.run(["status", name])
                #expect(told.exit == .status(0), "\(told.errors)")
                let heading = "eco serve, process \(server.process.pid), at 127.0.0.1:\(server.port), for "
                #expect(told.output.hasPrefix(heading), "\(told.output)")
                #expect(told.output.contains("  accepted                      1\n"), "\(told.output)")
            }
            let line = try Eco.run(["status", "\(server.port)", "--json"]).output
            #expect(line.hasPrefix("{\"clients\":") && line.hasSuffix("}\n"))
            #expect(server.process.complaints == "")
            // If another program sends the signal, the counters go to standard error as before.
            #expect(try server.report()["accepted"] == 1)
        }
    }

    @Test("says that there is no such server, and lists those that run")
    func nobody() throws {
        try SpawnedServer.serving(["--host", "127.0.0.1"]) { server throws in
            // This process is no server, and lives on.
            let outcome = try Eco.run(["status", "\(getpid())"])
            #expect(outcome.exit == .status(69) && outcome.errors.isOnePlainLine, "\(outcome.errors)")
            #expect(outcome.errors.contains("\(server.process.pid) (127.0.0.1:\(server.port))"), "\(outcome.errors)")
        }
    }

    @Test("asks a server in another network at most twice, and says where the answers went")
    func otherNetwork() throws {
        var options = ChildProcess.Options()
        options.launcher = ["unshare", "-Urn"]
        let path = "/tmp/eco-status-network-\(getpid())"
        let server = try ChildProcess(Eco.path, ["--unix", path], options)
        #expect(server.wait(.output) { $0.hasSuffix("\n") }, "\(server.errors)")
        let outcome = try Eco.run(["status", "\(server.pid)"])
        #expect(outcome.exit == .status(75) && outcome.errors.isOnePlainLine, "\(outcome)")
        #expect(outcome.errors.contains("its own standard error"), "\(outcome)")
        server.send(signal: SIGTERM)
        #expect(server.waitForExit() == .status(0))
        let answers = server.errors.split(separator: "\n").count { $0.hasPrefix("{\"clients\"") }
        #expect((1...2).contains(answers), "\(server.errors)")
    }

    @Test("says how to resume a stopped server")
    func stopped() throws {
        try SpawnedServer.serving(["--host", "127.0.0.1"]) { server throws in
            server.process.send(signal: SIGSTOP)
            #expect(Wait.until { Proc(server.process.pid).state == "T" })
            let outcome = try Eco.run(["status", "\(server.process.pid)"])
            server.process.send(signal: SIGCONT)
            #expect(outcome.exit == .status(75) && outcome.errors.isOnePlainLine, "\(outcome)")
            #expect(outcome.errors.contains("kill -CONT \(server.process.pid)"), "\(outcome)")
        }
    }

    @Test("does not end other commands")
    func otherCommands() throws {
        try SpawnedServer.serving(["--host", "127.0.0.1"]) { server throws in
            let arguments = ["load", "\(server.port)", "--clients", "2", "--duration", "2s", "--warmup", "0"]
            let load = try ChildProcess(Eco.path, arguments)
            #expect(load.wait(.errors) { $0.contains("measuring") }, "\(load.errors)")
            load.send(signal: SIGUSR1)
            #expect(load.waitForExit(seconds: 30) == .status(0), "\(load.errors)")
        }
    }

    @Test("SIGHUP has a server leave as SIGTERM does: nothing is lost", arguments: Eco.models)
    func hangUp(model: String) throws {
        try SpawnedServer.serving(["--model", model, "--host", "127.0.0.1"]) { server throws in
            let client = try server.greeted()
            try client.send("até logo\n")
            #expect(try client.readLine() == "ATÉ LOGO")
            server.process.send(signal: SIGHUP)
            #expect(client.readToEnd() == .init(bytes: [], end: .endOfStream))
            client.close()
            #expect(server.process.waitForExit() == .status(0))
            #expect(server.process.errors.contains("eco: notice: served 1 client in "))
        }
    }
}
