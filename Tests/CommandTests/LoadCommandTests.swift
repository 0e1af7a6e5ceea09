// `eco load` as a person runs it.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco load", .blocking)
struct LoadCommandTests {
    private static let faulty =
        #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/LoadServers/faulty.py"
    static let short = ["--clients", "8", "--duration", "300ms", "--warmup", "0", "--timeout", "500ms"]

    /// Has a server with a fault for as long as the function runs.
    static func serving<R>(_ fault: String, _ number: Int = 0, _ body: (UInt16) throws -> R) throws -> R {
        let server = try ListeningProcess { ["python3", faulty, "\($0)", fault, "\(number)"] }
        return try withExtendedLifetime(server) { try body(server.port) }
    }

    /// Runs a load on a server with a fault.
    static func load(_ fault: String, _ number: Int = 0, _ arguments: [String] = []) throws -> Eco.Outcome {
        try serving(fault, number) { try Eco.run(["load", "127.0.0.1:\($0)"] + short + arguments, seconds: 60) }
    }

    @Test("ends with a table of 80 columns that begins with the word that counts")
    func table() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                ["load", "localhost:\(server.port)", "--pid", "\(server.process.pid)"] + Self.short)
            #expect(outcome.exit == .status(0), "\(outcome)")
            let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.dropFirst().allSatisfy { $0.count <= 80 }, "\(outcome.output)")
            #expect(lines[2].hasPrefix("VALID") || lines[2].hasPrefix("LOWER BOUND"), "\(outcome.output)")
            for word in [
                "p99.9", "every byte was checked", "served 8", "Jain's index", "us per message", "listen queues", "|*",
            ] {
                #expect(outcome.output.contains(word), "\(word) is missing: \(outcome.output)")
            }
        }
    }

    @Test("shows its progress, one line per second without a terminal")
    func plainLines() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(["load", "\(server.port)", "--duration", "2s", "--warmup", "0"])
            let lines = outcome.errors.split(separator: "\n")
            #expect(
                lines.count >= 2
                    && lines.allSatisfy {
                        $0.hasPrefix("measuring: 100 clients") || $0.hasPrefix("connecting")
                            || $0.hasPrefix("finishing")
                    }, "\(outcome.errors)")
            #expect(!outcome.errors.contains("\u{1B}"))
        }
    }

    @Test("shows its progress on a terminal, with a bar and the time left, and clears it for the table")
    func liveView() throws {
        try SpawnedServer.serving { server throws in
            let terminal = try Pipe.terminal()
            var options = ChildProcess.Options()
            options.standardError = terminal.writeEnd
            options.environment["TERM"] = "xterm"
            let process = try ChildProcess(
                Eco.path, ["load", "\(server.port)", "--duration", "1s", "--warmup", "0"], options)
            let wanted = ["[###", " s left", "messages per second", "100 clients  0 errors", "\u{1B}[3A\u{1B}[J"]
            var seen = ""
            while !wanted.allSatisfy({ seen.contains($0) }) { seen += try terminal.readLine() + "\n" }
            terminal.closeReadEnd()
            #expect(process.waitForExit() == .status(0))
            #expect(process.output.contains("every byte was checked"))
        }
    }

    @Test("writes its results for programs, which merge and compare")
    func files() throws {
        let base = "/tmp/eco-load-\(getpid())"
        let paths = ["a.json", "b.json", "sum.json", "a.csv", "a.hgrm"].map { "\(base)-\($0)" }
        defer { for path in paths { unsafe unlink(path) } }
        try SpawnedServer.serving { server throws in
            let run = ["load", "\(server.port)", "--repeat", "3"] + Self.short
            #expect(
                try Eco.run(run + ["--json", paths[0], "--series", paths[3], "--hgrm", paths[4]]).exit == .status(0))
            #expect(try Eco.run(run + ["--json", paths[1], "--seed", "2"]).exit == .status(0))
        }
        #expect(SystemFile.text(at: paths[3])?.hasPrefix("repeat,second,messages,") == true)
        #expect(SystemFile.text(at: paths[4])?.contains("1/(1-Percentile)") == true)
        let merged = try Eco.run(["load", "merge", paths[0], paths[1], "--json", paths[2]])
        #expect(merged.exit == .status(0) && merged.output.contains("asked 16, connected 16"), "\(merged)")
        let difference = try Eco.run(["load", "diff", paths[0], paths[1]])
        #expect(difference.exit == .status(0) && difference.output.contains("messages per second"))
        #expect(difference.output.contains("difference") && !difference.output.contains("cannot judge"))
        // A part twice, under whatever name, or beside a sum that has it, would double it.
        for twice in [
            [paths[0], paths[0]], [paths[0], "/tmp/.." + paths[0]], [paths[2], paths[0]], [paths[1], paths[2]],
        ] {
            let outcome = try Eco.run(["load", "merge"] + twice + ["--json", paths[2]])
            #expect(outcome.exit == .status(65) && outcome.errors.contains("give each machine's results once"))
        }
        // The sum may take the place of a part of it.
        let before = SystemFile.text(at: paths[2], limit: 1 << 24)
        #expect(try Eco.run(["load", "merge", paths[0], paths[1], "--json", paths[0]]).exit == .status(0))
        #expect(SystemFile.text(at: paths[0], limit: 1 << 24) == before)
    }

    @Test("refuses the same file for two results, under any name, before anything is done")
    func oneFile() throws {
        let path = "/tmp/eco-load-\(getpid())-one"
        defer { for name in [path, path + "-link"] { unsafe unlink(name) } }
        for other in [path, "/tmp/../tmp/eco-load-\(getpid())-one", path + "-link"] {
            if other == path + "-link" { #expect(unsafe symlink(path, other) == 0) }
            for (option, second) in [("--series", "--json"), ("--hgrm", "--series")] {
                let outcome = try Eco.run(["load", "localhost:1", option, path, second, other])
                #expect(outcome.exit == .status(64) && outcome.errors.contains("both name"), "\(outcome)")
            }
            let check = try Eco.run(["check", "localhost:1", "--json", path, "--junit", other])
            #expect(check.exit == .status(64) && check.errors.contains("both name"), "\(check)")
        }
        #expect(unsafe access(path, F_OK) != 0)
        // Both may go to /dev/null.
        #expect(
            try Eco.run(["load", "localhost:1", "--json", "/dev/null", "--series", "/dev/null"]).exit == .status(69))
    }

    @Test("keeps older results until there are newer ones, and writes them even if nobody reads the table")
    func closedOutput() throws {
        let base = "/tmp/eco-load-\(getpid())-closed"
        let paths = ["a", "b"].map { "\(base)-\($0)" }
        defer { for path in paths { unsafe unlink(path) } }
        let pipe = try Pipe()
        pipe.closeReadEnd()
        var options = ChildProcess.Options()
        options.standardOutput = pipe.writeEnd
        try SpawnedServer.serving { server throws in
            for (index, path) in paths.enumerated() {
                let run = ["load", "\(server.port)", "--seed", "\(index + 1)", "--json", path] + Self.short
                #expect(try Eco.run(run, options).exit == .status(0))
            }
        }
        let first = SystemFile.text(at: paths[0], limit: 1 << 24)
        #expect(first?.hasSuffix("}\n") == true)
        // An input that is also an output, and a table without a reader.
        #expect(try Eco.run(["load", "merge"] + paths + ["--json", paths[0]], options).exit == .status(0))
        let sum = SystemFile.text(at: paths[0], limit: 1 << 24)
        #expect(sum?.contains(#""mergedFrom":2"#) == true)
        // A load that comes to nothing leaves the file alone, and nothing beside it.
        #expect(try Eco.run(["load", "localhost:1", "--threads", "0", "--json", paths[0]]).exit == .status(64))
        #expect(SystemFile.text(at: paths[0], limit: 1 << 24) == sum)
        #expect(SystemFile.entries(of: "/tmp").filter { $0.contains("eco-load-\(getpid())-closed") }.count == 2)
    }

    private static let endless = ["--duration", "1000s", "--warmup", "0"]

    /// What becomes of a load that gets a signal, or several at once, when it says that it has come to a stage.
    private static func interrupted(
        _ port: UInt16, _ arguments: [String], at stage: String, by signals: [Int32] = [SIGINT]
    ) throws -> Eco.Outcome {
        let process = try ChildProcess(Eco.path, ["load", "\(port)"] + arguments)
        #expect(process.wait(.errors) { $0.contains(stage) })
        if signals.count == 1 { process.send(signal: signals[0]) } else { #expect(process.sendTogether(signals)) }
        return Eco.Outcome(of: process)
    }

    @Test("on Ctrl-C ends early with its results, and waits for no greeting")
    func interrupted() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Self.interrupted(server.port, Self.endless, at: "measuring")
            #expect(outcome.exit == .status(0), "\(outcome)")
            #expect(outcome.output.contains("ended early") && outcome.output.contains("asked 100"))
        }
        try Self.serving("Silent") { port throws in
            let outcome = try Self.interrupted(port, ["--timeout", "100s"], at: "connecting")
            #expect(outcome.exit == .status(70), "\(outcome)")
            #expect(outcome.output.contains("INVALID") && outcome.output.contains("given up 100"))
        }
    }

    @Test("interrupted by two signals at once reports as for one")
    func interruptedTwice() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Self.interrupted(server.port, Self.endless, at: "measuring", by: [SIGINT, SIGTERM])
            #expect(outcome.exit == .status(0), "\(outcome)")
            #expect(outcome.output.contains("ended early") && outcome.output.contains("asked 100"))
        }
    }

    @Test("interrupted a second time ends at once, whatever it still has to do")
    func interruptedAgain() throws {
        let pipe = try Pipe(capacity: 4096)
        var options = ChildProcess.Options()
        options.standardOutput = pipe.writeEnd
        try SpawnedServer.serving { server throws in
            let process = try ChildProcess(Eco.path, ["load", "\(server.port)"] + Self.endless, options)
            #expect(process.wait(.errors) { $0.contains("measuring") })
            // The table has no reader, so that the command does not end by itself.
            Self.fill(pipe)
            process.send(signal: SIGINT)
            #expect(Wait.until { !Proc(process.pid).isPending(SIGINT) })
            // Before that it is the same request.
            Wait.pause(.milliseconds(250))
            process.send(signal: SIGTERM)
            #expect(process.waitForExit() == .status(143))
        }
    }

    /// Leaves no room in a pipe.
    private static func fill(_ pipe: Pipe) {
        let flags = fcntl(pipe.writeEnd, F_GETFL)
        _ = fcntl(pipe.writeEnd, F_SETFL, flags | O_NONBLOCK)
        let bytes = [UInt8](repeating: 0x2E, count: 512)
        for length in [512, 1] { while unsafe write(pipe.writeEnd, bytes, length) > 0 {} }
        _ = fcntl(pipe.writeEnd, F_SETFL, flags)
    }

    @Test("begins its messages at the given moment")
    func startAt() throws {
        try SpawnedServer.serving { server throws in
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            let begin = Instant.now
            let outcome = try Eco.run(["load", "\(server.port)", "--start-at", "\(time.tv_sec + 2)"] + Self.short)
            #expect(outcome.exit == .status(0))
            #expect(.now - begin >= .milliseconds(1_200))
        }
    }

    @Test("keeps an objective, or says what it reached, by its exit status")
    func objectives() throws {
        try SpawnedServer.serving { server throws in
            let run = ["load", "\(server.port)"] + Self.short
            let kept = try Eco.run(run + ["--slo", "p99<10s,errors=0,rate>1"])
            #expect(kept.exit == .status(0) && kept.output.contains("Objective kept"))
            let missed = try Eco.run(run + ["--slo", "p50<1ns,errors=0"])
            #expect(missed.exit == .status(1) && missed.output.contains("Objective missed: p50<1ns: "))
        }
    }

    @Test(
        "keeps no objective where nobody is answered or the server goes, and says so by its exit status",
        arguments: [
            ("NeverAnswers", 0, [], 1), ("NeverAnswers", 0, ["--rate", "100"], 1), ("Silent", 0, [], 76),
            ("RefusesAll", 0, ["--hold"], 1), ("Reset", 0, [], 1), ("Dies", 40, [], 1), ("Silent", 0, ["--churn"], 76),
        ] as [(String, Int, [String], Int32)])
    func objectivesOfNothing(name: String, number: Int, arguments: [String], status: Int32) throws {
        let outcome = try Self.load(name, number, arguments + ["--slo", "p99<10s"])
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.output.contains("Objective missed: p99<10s: ") && !outcome.output.contains("Objective kept"))
        #expect(!outcome.output.contains("VALID  ") || outcome.output.contains("INVALID  "), "\(outcome.output)")
    }

    @Test("measures nothing when it is ended in the warm-up: no objective is kept, the figures are INVALID")
    func interruptedInWarmup() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Self.interrupted(
                server.port, ["--warmup", "1000s", "--slo", "p99<10s,errors=0"], at: "warming up")
            #expect(outcome.exit == .status(70), "\(outcome)")
            #expect(outcome.output.contains("INVALID  0 messages") && outcome.output.contains("Objective missed"))
        }
    }

    @Test(
        "names what is wrong with a server in one line, with a status of its own",
        arguments: [
            ("WrongByte", 10, 65, "client"), ("Silent", 0, 76, "is silent"), ("ClosesHalfway", 300, 74, "closed 8"),
            ("Reset", 300, 74, "reset 8"), ("ShortGreeting", 0, 74, "closed 8"),
            ("RefusesHalf", 0, 75, "refused 4 of 8"),
            ("NeverAnswers", 0, 75, "8 without an answer"), ("WrongGreeting", 0, 65, "greeting, offset 23"),
        ] as [(String, Int, Int32, String)])
    func faults(name: String, number: Int, status: Int32, words: String) throws {
        let outcome = try Self.load(name, number)
        #expect(outcome.exit == .status(status), "\(outcome)")
        let complaint = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("eco: ") }
        #expect(complaint.count == 1 && complaint[0].contains(words), "\(outcome.errors)")
        // What was measured is still shown, below a word that is not VALID.
        #expect(outcome.output.contains("connections  asked 8"))
        #expect(outcome.output.contains("\nFAILED  ") || outcome.output.contains("\nINVALID  "), "\(outcome.output)")
    }

    @Test("says that a server did not keep the rate, and exits accordingly")
    func rateNotKept() throws {
        let outcome = try Self.load("Slow", 20, ["--clients", "1", "--rate", "300", "--duration", "1s"])
        #expect(outcome.output.contains("the rate was not kept: "), "\(outcome)")
        // On a machine that is too busy even for that the figures are INVALID; they are never taken for good.
        let isInvalid = outcome.output.contains("\nINVALID  ")
        #expect(outcome.exit == .status(isInvalid ? 70 : 75), "\(outcome)")
        #expect(outcome.output.contains("\nFAILED  ") || isInvalid)
    }

    @Test("fails if the rate was not kept, or the server has ended, even if an objective is kept")
    func objectiveKeptInVain() throws {
        let objective = ["--slo", "p1<100s"]
        let slow = try Self.load("Slow", 20, ["--clients", "1", "--rate", "300", "--duration", "1s"] + objective)
        let isInvalid = slow.output.contains("\nINVALID  ")
        #expect(slow.exit == .status(isInvalid ? 70 : 75), "\(slow)")
        if !isInvalid {
            #expect(slow.output.contains("Objective kept") && slow.errors.contains("did not keep up"), "\(slow)")
        }
        let gone = try Self.load("EndsWithTheLast", 0, objective)
        #expect(gone.exit == .status(74) && gone.output.contains("Objective kept"), "\(gone)")
    }

    @Test("takes no memory for messages that come due and cannot be sent")
    func dueInVain() throws {
        try SpawnedServer.serving { server throws in
            // A queue of what is due would have 1.6 GB.
            var options = ChildProcess.Options()
            options.launcher = ["/bin/sh", "-c", "ulimit -v 1000000; exec \"$0\" \"$@\""]
            let outcome = try Eco.run(
                ["load", "\(server.port)", "--rate", "100M", "--duration", "1s", "--warmup", "0", "--clients", "10"],
                options, seconds: 120)
            #expect([.status(70), .status(75)].contains(outcome.exit), "\(outcome)")
            #expect(outcome.output.contains("100,000,000 came due"), "\(outcome.output)")
        }
    }

    @Test("says that a rate cannot be reached: the figures are INVALID")
    func rateTooHigh() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                [
                    "load", "\(server.port)", "--rate", "20M", "--messages", "300000", "--warmup", "0", "--clients",
                    "20",
                ], seconds: 60)
            #expect(outcome.exit == .status(70), "\(outcome)")
            #expect(outcome.output.contains("INVALID") && outcome.errors.contains("INVALID"))
        }
    }

    @Test(
        "tells what it cannot do in one line",
        arguments: [
            (["localhost:1"], 69, "nothing listens"), (["nobody.invalid:1"], 68, "does not resolve"),
            (["unix:/nowhere"], 69, "nowhere"),
            ([], 64, "address"), (["localhost"], 64, "host:port"), (["localhost:1", "--clients", "0"], 64, "1 to"),
            (["localhost:1", "--size", "1"], 64, "2 to 16M"),
            (["localhost:1", "--size", "64:50%,1k:20%"], 64, "100 %"),
            (["localhost:1", "--rate", "0"], 64, "50k"), (["localhost:1", "--rate", "fast"], 64, "50k"),
            (["localhost:1", "--duration", "soon"], 64, "10s"), (["localhost:1", "--slo", "p99<"], 64, "p99<2ms"),
            (["localhost:1", "--churn", "--hold"], 64, "exclude"),
            (["localhost:1", "--churn", "--rate", "5"], 64, "leave one"),
            (["localhost:1", "--arrivals", "poisson"], 64, "--rate"),
            (["localhost:1", "--arrivals", "odd", "--rate", "1"], 64, "uniform or poisson"),
            (["localhost:1", "--source", "127.0.0.9-127.0.0.2"], 64, "127.0.0.40"),
            (["127.0.0.1:1", "--source", "203.0.113.7"], 64, "203.0.113.7 is not an address of this machine"),
            (
                ["127.0.0.1:1", "--source", "127.0.0.2,203.0.113.7"], 64,
                "203.0.113.7 is not an address of this machine"
            ),
            (["[::1]:1", "--source", "127.0.0.2"], 64, "127.0.0.2 cannot reach the server"),
            (["localhost:1", "--pid", "0"], 64, "process"),
            (["localhost:1", "--pid", "4194304"], 69, "does not exist"),
            (["localhost:1", "--start-at", "noon"], 64, "1970"),
            (["localhost:1", "--threads", "65"], 64, "1 to 64"),
            (["localhost:1", "--threads", "3", "--clients", "2"], 64, "at most one"),
            (["localhost:1", "--clients", "9000000"], 71, "ulimit"),
            (["localhost:1", "--json", "/nowhere/x"], 73, "--json"),
            (["localhost:1", "--series", "/sys/x"], 77, "--series"), (["localhost:1", "--hgrm", ""], 73, "--hgrm"),
            (["merge", "/nowhere/a.json", "/nowhere/b.json"], 66, "cannot be read"),
            (["merge", "/etc/passwd"], 64, "two or more"),
            (["diff", "/etc/passwd", "/etc/passwd"], 65, "not a result"),
        ] as [([String], Int32, String)])
    func badInput(arguments: [String], status: Int32, words: String) throws {
        let outcome = try Eco.run(["load"] + arguments)
        #expect(outcome.exit == .status(status), "\(outcome)")
        let complaint = outcome.errors.split(separator: "\n").filter {
            !$0.hasPrefix("connecting") && !$0.hasPrefix("measuring")
        }
        #expect(
            complaint.count == 1 && complaint[0].hasPrefix("eco: ") && complaint[0].contains(words), "\(outcome.errors)"
        )
    }

    @Test("shows all of its options in its help")
    func help() throws {
        let help = try Eco.run(["load", "--help"]).output + (try Eco.run(["load", "run", "--help"]).output)
        for option in [
            "clients", "size", "depth", "duration", "messages", "warmup", "repeat", "rate", "arrivals", "ramp", "think",
            "churn", "hold",
            "timeout", "text", "seed", "source", "protocol", "slo", "find-rate", "pid", "start-at", "threads", "json",
            "series", "hgrm",
        ] {
            #expect(help.contains("--\(option)"), "--\(option)")
        }
    }
}
