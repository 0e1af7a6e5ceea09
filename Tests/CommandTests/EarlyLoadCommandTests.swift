// Loads and searches that end before their time.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco load that is ended early", .blocking)
struct EarlyLoadCommandTests {
    @Test("on Ctrl-C with outstanding answers ends with the results so far, and does not wait for them")
    func interruptedWhileWaiting() throws {
        let files = ["json", "csv"].map { "/tmp/eco-load-\(getpid())-waiting.\($0)" }
        defer { for file in files { unsafe unlink(file) } }
        try LoadCommandTests.serving("NeverAnswers") { port throws in
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
            ? try LoadCommandTests.load("Dies", answers, arguments)
            : try Eco.run(["load", "localhost:1"] + arguments, seconds: 60)
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("  try ") } == 1, "\(outcome.output)")
        #expect(outcome.output.contains("No answer: "), "\(outcome.output)")
    }
}
