// Results that are lost, or go to files, while standard output takes nothing.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("Standard output that takes nothing", .blocking)
struct FullDiskTests {
    private static func run(_ arguments: [String]) throws -> Eco.Outcome {
        let full = Descriptor(owning: unsafe open("/dev/full", O_WRONLY | O_CLOEXEC))
        var options = ChildProcess.Options()
        options.standardOutput = full.number
        return try Eco.run(arguments, options, seconds: 60)
    }

    private static func expectStatus(_ status: Int32, _ outcome: Eco.Outcome) {
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.errors.contains("eco: standard output did not take"), "\(outcome.errors)")
    }

    @Test(
        "makes no success of a command whose result is lost, and is told",
        arguments: [["doctor", "1"], ["check", "--list"], ["--help"], ["--version"], ["doctor", "--help"]])
    func lostResult(arguments: [String]) throws {
        let outcome = try Self.run(arguments)
        Self.expectStatus(74, outcome)
        #expect(outcome.errors.isOnePlainLine && outcome.errors.contains("(No space left on device)"), "\(outcome)")
    }

    @Test("costs no result that goes to a file, and no verdict")
    func results() throws {
        let base = "/tmp/eco-full-\(getpid())"
        let paths = ["a", "b", "sum"].map { "\(base)-\($0).json" }
        defer { for path in paths { unsafe unlink(path) } }
        try SpawnedServer.serving { server throws in
            let load = ["load", "\(server.port)"] + LoadCommand.short
            for seed in 1...2 {
                Self.expectStatus(74, try Self.run(load + ["--seed", "\(seed)", "--json", paths[seed - 1]]))
                #expect(SystemFile.text(at: paths[seed - 1], limit: 1 << 24)?.hasSuffix("}\n") == true)
            }
            Self.expectStatus(1, try Self.run(load + ["--slo", "p50<1ns"]))
        }
        Self.expectStatus(74, try Self.run(["load", "merge", paths[0], paths[1], "--json", paths[2]]))
        #expect(SystemFile.text(at: paths[2], limit: 1 << 24)?.contains(#""mergedFrom":2"#) == true)
        Self.expectStatus(74, try Self.run(["load", "diff", paths[0], paths[1]]))
        Self.expectStatus(74, try Self.run(["compare", "--worksheet"]))
    }

    @Test("behind a result file is reported with its own remedy")
    func resultFile() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                ["load", "\(server.port)"] + LoadCommand.short + ["--json", "/dev/full"], seconds: 60)
            #expect(outcome.exit == .status(73) && outcome.errors.contains("make room there"), "\(outcome)")
        }
    }

    @Test(
        "because its reader has gone is no accident",
        arguments: [["--help"], ["--version"], ["doctor", "1"], ["check", "--list"], ["compare", "--worksheet"]])
    func closedPipe(arguments: [String]) throws {
        let pipe = try Pipe()
        pipe.closeReadEnd()
        var options = ChildProcess.Options()
        options.standardOutput = pipe.writeEnd
        let outcome = try Eco.run(arguments, options)
        #expect(outcome.exit == .status(0) && outcome.errors.isEmpty, "\(outcome)")
    }
}
