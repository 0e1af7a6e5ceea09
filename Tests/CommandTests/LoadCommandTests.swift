// `eco load` as a person runs it.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco load", .blocking)
struct LoadCommandTests {
    @Test("ends with a table of 80 columns that begins with the word that counts")
    func table() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                ["load", "localhost:\(server.port)", "--pid", "\(server.process.pid)"] + LoadCommand.short)
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

    @Test("begins its messages at the given moment")
    func startAt() throws {
        try SpawnedServer.serving { server throws in
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            let begin = Instant.now
            let outcome = try Eco.run(
                ["load", "\(server.port)", "--start-at", "\(time.tv_sec + 2)"] + LoadCommand.short)
            #expect(outcome.exit == .status(0))
            #expect(.now - begin >= .milliseconds(1_200))
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
