// `eco compare` at its edges: options that make no sense, folders, Ctrl-C.
import Foundation
import LinuxIO
import TestSupport
import Testing

@Suite("eco compare", .blocking, .serialized)
struct CompareCommandTests {
    private static func folder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
    }

    @Test(
        "reports what is wrong with an option in one line, with the remedy",
        arguments: [
            (
                ["--models", "reactor,nobody"],
                "model nobody is unknown: choose from reactor, workers, threads, sequential"
            ),
            (["--models", ""], "model '' is unknown"),
            (["--models", "none"], "--models none leaves nothing to compare: give --server"),
            (["--server", "mine"], "--server mine has no command: give NAME=COMMAND {port}"),
            (["--server", "mine= "], "has no command"),
            (["--server", "mine=./servidor"], "has no port: write {port} into it, or mine@9090="),
            (["--server", "mine@0=./servidor"], "--server mine@0 has no valid port: give 1 to 65535"),
            (["--server", "mine@x=./servidor"], "--server mine@x has no valid port"),
            (["--server", "=./servidor {port}"], "--server name '' is not valid"),
            (["--server", "a b=./servidor {port}"], "--server name a b is not valid: give 1 to 20 letters"),
            (["--server", "reactor=./servidor {port}"], "two servers are called reactor: give each its own name"),
            (["--baseline", "nobody"], "--baseline nobody is not among the servers: give one of reactor, workers"),
            (["--scenarios", "peak,best"], "scenario best is unknown: choose from peak, fixed-rate"),
            (["--scenarios", ""], "scenario '' is unknown"),
            (["--rounds", "0"], "--rounds 0 is out of range: give 1 to 1000"),
            (["--rounds", "many"], "--rounds"),
            (["--duration", "50ms"], "--duration 0.05 s is out of range: give 100ms to an hour"),
            (["--duration", "long"], "--duration"),
            (["--seed", "-1"], "--seed"),
            (["--quick", "--full"], "--quick and --full exclude each other: give only one"),
            (["--out", ""], "--out '' is not a folder"),
            (["merge", "one"], "one report cannot be merged: give two folders or more"),
        ])
    func badOptions(arguments: [String], complaint: String) throws {
        let outcome = try Eco.run(["compare"] + arguments)
        #expect(outcome.exit == .status(64), "\(outcome.errors)")
        #expect(outcome.output == "" && outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.errors.hasPrefix("eco: ") && outcome.errors.contains(complaint), "\(outcome.errors)")
    }

    @Test("says what is needed if there are too few descriptors for the laboratory itself")
    func descriptors() throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 16
        let outcome = try Eco.run(["compare", "--quick"], options)
        #expect(outcome.exit == .status(71) && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.isOnePlainLine && outcome.errors.contains("ulimit -n 64"), "\(outcome)")
    }

    @Test(
        "takes no folder that cannot be written, or has other things in it, and keeps an older report until there is a newer"
    )
    func folders() throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "mine".write(toFile: "\(folder)/notes.txt", atomically: true, encoding: .utf8)
        let strange = try Eco.run(["compare", "--out", folder])
        #expect(
            strange.exit == .status(73)
                && strange.errors.contains("has files that do not belong to a report (notes.txt)"),
            "\(strange.errors)")
        let file = try Eco.run(["compare", "--out", "\(folder)/notes.txt"])
        #expect(file.exit == .status(73), "\(file.errors)")
        #expect(file.errors.contains("cannot be created") && file.errors.split(separator: "\n").count == 1)
        let old = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: old) }
        try FileManager.default.createDirectory(atPath: old, withIntermediateDirectories: true)
        let made = try Eco.run(
            [
                "compare", "--quick", "--models", "reactor", "--rounds", "1", "--scenarios", "peak", "--duration",
                "100ms", "--out", old,
            ],
            seconds: 60)
        #expect(made.exit == .status(0), "\(made.errors)")
        #expect(made.output.pluralOfOne == nil && made.errors.pluralOfOne == nil, "\(made)")
        for page in ["summary.md", "index.html"] {
            #expect(try String(contentsOfFile: "\(old)/\(page)", encoding: .utf8).pluralOfOne == nil)
        }
        let before = try String(contentsOfFile: "\(old)/results.json", encoding: .utf8)
        let nobody = try Eco.run(["compare", "--models", "none", "--server", "x=./no-such {port}", "--out", old])
        #expect(nobody.exit == .status(69) && nobody.errors.contains("no server can be measured"), "\(nobody.errors)")
        #expect(try String(contentsOfFile: "\(old)/results.json", encoding: .utf8) == before)
        // Foreign files, and results with an invalid server name, are not touched.
        try before.replacing("\"name\":\"reactor\"", with: "\"name\":\"a\\\" ; system('x')\"")
            .write(toFile: "\(old)/results.json", atomically: true, encoding: .utf8)
        #expect(
            try Eco.run(["compare", "--models", "none", "--server", "x=./no-such {port}", "--out", old]).exit
                == .status(73))
        for command in [["compare", "redraw", old], ["compare", "merge", old, old]] {
            let outcome = try Eco.run(command)
            #expect(
                outcome.exit == .status(65) && outcome.errors.contains("is not a result of eco compare"),
                "\(outcome.errors)")
        }
        #expect(try Eco.run(["compare", "redraw", "/no/such"]).exit == .status(66))
    }

    @Test("prints a worksheet and measures nothing")
    func worksheet() throws {
        let outcome = try Eco.run([
            "compare", "--worksheet", "--server", "mine=./servidor {port}", "--scenarios", "peak,churn",
        ])
        #expect(outcome.exit == .status(0) && outcome.errors == "")
        #expect(outcome.output.hasPrefix("# Predict, then measure\n"))
        #expect(
            outcome.output.contains("reactor, workers, threads, sequential, mine") && outcome.output.contains("5. ____")
        )
        #expect(!outcome.output.contains("(idle)"))
    }

    @Test(
        "on Ctrl-C writes a report of what was measured, and leaves nothing behind", arguments: [2, 15], [false, true])
    func interrupted(signal: Int32, comesTwice: Bool) throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mark = "\(Int.random(in: 100_000...999_999))"
        let process = try ChildProcess(
            Eco.path,
            [
                "compare", "--models", "none", "--out", folder, "--scenarios", "peak", "--duration", "1s", "--rounds",
                "500",
                "--server", "mine='\(Eco.path)' serve --quiet --host 127.0.0.1 --port {port} --idle-timeout \(mark)",
            ])
        #expect(process.wait(.errors, seconds: 60) { $0.contains("3 of 500: round 3") })
        if comesTwice {
            // Both are there when it looks, however busy the machine is.
            process.send(signal: 19)
            #expect(Wait.until { Proc(process.pid).state == "T" })
            process.send(signal: 1)
            process.send(signal: signal)
            process.send(signal: 18)
        } else {
            process.send(signal: signal)
        }
        let status: Int32 = 128 + (comesTwice ? 1 : signal)
        #expect(process.waitForExit(seconds: 20) == .status(status), "\(process.errors)")
        #expect(process.errors.contains("writing the report of what has been measured"))
        let page = try String(contentsOfFile: "\(folder)/index.html", encoding: .utf8)
        #expect(page.contains("this experiment was interrupted after 2 of 500 trials"))
        #expect(Proc.all.filter { $0.commandLine.contains(mark) }.isEmpty)
        #expect(Self.orphans.isEmpty)
    }

    @Test(
        "interrupted while it still checks, or in its first load, has nothing to report, and leaves nothing behind either",
        arguments: [nil, "1 of 500: round 1"])
    func interruptedEarly(after line: String?) throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let mark = "\(Int.random(in: 100_000...999_999))"
        // The load would take an hour: it is not waited for.
        let process = try ChildProcess(
            Eco.path,
            [
                "compare", "--models", "none", "--out", folder, "--scenarios", "peak", "--duration", "3600s",
                "--rounds", "500",
                "--server", "mine='\(Eco.path)' serve --quiet --host 127.0.0.1 --port {port} --idle-timeout \(mark)",
            ])
        // The plan is printed once signals are handled; what is started before that is not part of it.
        #expect(process.wait(.errors, seconds: 60) { $0.contains(line ?? "Ctrl-C ends it early") })
        let awaited = line == nil ? "--idle-timeout \(mark)" : "\(Eco.path) generator"
        #expect(
            Wait.until {
                // Read once: a process that is gone at the second look has no command line.
                Proc.all.map(\.commandLine).contains { $0.contains(awaited) && !$0.contains("compare") }
            })
        process.send(signal: 2)
        #expect(process.waitForExit(seconds: 20) == .status(130))
        #expect(Proc.all.filter { $0.commandLine.contains(mark) }.isEmpty)
        #expect(Self.orphans.isEmpty)
    }

    /// Generators and troublemakers whose experiment has ended: those of other tests descend from this process.
    private static var orphans: [Proc] {
        Proc.all.filter { process in
            guard process.commandLine.contains("\(Eco.path) generator") else { return false }
            let ancestors = sequence(first: process) { $0.parent.flatMap { $0 > 1 ? Proc($0) : nil } }
            return !ancestors.contains { $0.pid == getpid() }
        }
    }

    @Test("merges reports, and redraws one")
    func reports() throws {
        let (one, two) = (Self.folder(), Self.folder())
        defer { for path in [one, two] { try? FileManager.default.removeItem(atPath: path) } }
        for folder in [one, two] {
            let outcome = try Eco.run(
                [
                    "compare", "--quick", "--models", "reactor", "--rounds", "1", "--scenarios", "peak", "--duration",
                    "100ms", "--out", folder,
                ],
                seconds: 60)
            #expect(outcome.exit == .status(0), "\(outcome.errors)")
        }
        let table = try Eco.run(["compare", "merge", one, two])
        #expect(table.exit == .status(0) && table.output.contains("# 2 reports side by side"))
        #expect(table.output.contains("| peak, CPU per message | reactor | "))
        // One group that has handed in nothing does not keep the others from being shown.
        let gap = try Eco.run(["compare", "merge", one, "/no/such", two])
        #expect(gap.exit == .status(0) && gap.output == table.output, "\(gap)")
        #expect(gap.errors.split(separator: "\n").count == 1 && gap.errors.contains("/no/such"), "\(gap.errors)")
        #expect(try Eco.run(["compare", "merge", "/no/such", "/nor/this"]).exit == .status(66))
        for name in ["results.json", "index.html"] {
            let over = try Eco.run([
                "compare", "merge", one, two, "--out", "\(one)/../\(two.split(separator: "/").last!)/\(name)",
            ])
            #expect(over.exit == .status(64) && over.errors.contains("a file of a report"), "\(over)")
        }
        // One report is not two machines', whatever its folder is called.
        let twice = try Eco.run(["compare", "merge", one, two, "\(one)/"])
        #expect(twice.exit == .status(65) && twice.errors.contains("hold the same results"), "\(twice)")
        let before = try String(contentsOfFile: "\(one)/index.html", encoding: .utf8)
        try FileManager.default.removeItem(atPath: "\(one)/index.html")
        #expect(try Eco.run(["compare", "redraw", one]).exit == .status(0))
        #expect(try String(contentsOfFile: "\(one)/index.html", encoding: .utf8) == before)
    }
}
