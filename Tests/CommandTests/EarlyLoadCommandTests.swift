// Loads and searches that end before their time.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco load that is ended early", .blocking)
struct EarlyLoadCommandTests {
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
        try LoadCommand.serving("Silent") { port throws in
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

    @Test("measures nothing when it is ended in the warm-up: no objective is kept, the figures are INVALID")
    func interruptedInWarmup() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Self.interrupted(
                server.port, ["--warmup", "1000s", "--slo", "p99<10s,errors=0"], at: "warming up")
            #expect(outcome.exit == .status(70), "\(outcome)")
            #expect(outcome.output.contains("INVALID  0 messages") && outcome.output.contains("Objective missed"))
        }
    }

    @Test("on Ctrl-C with outstanding answers ends with the results so far, and does not wait for them")
    func interruptedWhileWaiting() throws {
        let files = ["json", "csv"].map { "/tmp/eco-load-\(getpid())-waiting.\($0)" }
        defer { for file in files { unsafe unlink(file) } }
        try LoadCommand.serving("NeverAnswers") { port throws in
            let process = try ChildProcess(
                Eco.path,
                [
                    "load", "\(port)", "--timeout", "1000s", "--duration", "1000s", "--warmup", "0", "--json", files[0],
                    "--series", files[1],
                ])
            #expect(process.wait(.errors) { $0.contains("measuring: 100 clients") })
            process.send(signal: SIGINT)
            #expect(process.waitForExit() == .status(70), "\(process.errors)")
            #expect(process.output.contains("given up 100"))
            #expect(SystemFile.text(at: files[0])?.contains(#""isInterrupted":true"#) == true)
            #expect(SystemFile.text(at: files[1])?.hasPrefix("repeat,second,") == true)
        }
    }

    @Test("on Ctrl-C keeps the steps of a search, in the file as well")
    func interruptedSearch() throws {
        let files = ["json", "csv"].map { "/tmp/eco-load-\(getpid())-search.\($0)" }
        defer { for file in files { unsafe unlink(file) } }
        try SpawnedServer.serving { server throws in
            let process = try ChildProcess(
                Eco.path,
                [
                    "load", "\(server.port)", "--find-rate", "p50<100s", "--duration", "1000s", "--warmup", "0",
                    "--json",
                    files[0], "--series", files[1], "--clients", "4",
                ])
            // The first step takes two hundred seconds.
            #expect(process.wait(.errors) { $0.contains("measuring: 4 clients") })
            process.send(signal: SIGINT)
            #expect(process.waitForExit() == .status(130), "\(process.errors)")
            #expect(process.output.contains("No answer: the search was ended before its answer"))
            #expect(process.errors.contains("eco: 127") || process.errors.contains("the search was ended"))
            let document = try #require(SystemFile.text(at: files[0], limit: 1 << 20))
            #expect(document.contains(#""search":{"#) && document.contains(#""findings":["unfinished"]"#))
            #expect(SystemFile.text(at: files[1])?.split(separator: "\n").count ?? 0 > 1)
        }
    }

    @Test("ends a search when the server ends", arguments: [(20, 74), (0, 69)] as [(Int, Int32)])
    func searchOfTheDead(answers: Int, status: Int32) throws {
        // A hundred a second are the first step; with no answers the server is not there at all.
        let arguments = ["--find-rate", "p99<10s", "--duration", "500ms", "--warmup", "0"]
        let outcome =
            answers > 0
            ? try LoadCommand.load("Dies", answers, arguments)
            : try Eco.run(["load", "localhost:1"] + arguments, seconds: 60)
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("  try ") } == 1, "\(outcome.output)")
        #expect(outcome.output.contains("No answer: "), "\(outcome.output)")
    }
}
