// Loads whose results are files.
import Glibc
import LinuxIO
import TestSupport
import Testing

@Suite("eco load that writes files", .blocking)
struct SavedLoadCommandTests {
    @Test("writes its results for programs, which merge and compare")
    func files() throws {
        let base = "/tmp/eco-load-\(getpid())"
        let paths = ["a.json", "b.json", "sum.json", "a.csv", "a.hgrm"].map { "\(base)-\($0)" }
        defer { for path in paths { unsafe unlink(path) } }
        try SpawnedServer.serving { server throws in
            let run = ["load", "\(server.port)", "--repeat", "3"] + LoadCommand.short
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
                let run = ["load", "\(server.port)", "--seed", "\(index + 1)", "--json", path] + LoadCommand.short
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
}
