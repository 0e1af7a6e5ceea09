// Whole experiments, as a person runs them, with servers whose behaviour is known.
import EcoLoad
import Foundation
import LinuxIO
import TestSupport
import Testing

@testable import EcoLab

@Suite("An experiment", .blocking, .serialized)
struct ExperimentTests {
    private static let tests = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" }
    private static let odd = "python3 \(tests)/LabServers/odd.py"

    /// Where a report goes, and what the command said.
    private struct Made {
        let folder: String
        let outcome: Eco.Outcome

        var document: ComparisonDocument { get throws { try ComparisonDocument(reading: "\(folder)/results.json") } }
        var analysis: Analysis { get throws { Analysis(try document) } }
        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    private static func make(_ arguments: [String], environment: [String: String] = [:], seconds: Int = 240) throws
        -> Made
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
        var options = ChildProcess.Options()
        options.environment = environment
        return Made(
            folder: folder,
            outcome: try Eco.run(["compare", "--out", folder, "--quick"] + arguments, options, seconds: seconds))
    }

    private static func serve(_ name: String, _ options: String = "") -> [String] {
        ["--server", "\(name)='\(Eco.path)' serve --quiet --host 127.0.0.1 --port {port} \(options)"]
    }

    // MARK: - Figures that are known

    /// What an experiment measures of two servers whose behaviour is known.
    struct Known {
        /// Processor time of a text that burns 200 us, in microseconds.
        let burnt: Double
        /// Times of answers that take 20 ms.
        let times: Times
        /// Messages per second of 100 clients that each wait for such an answer: in a window of a second 50 or 51 bursts begin.
        let rate: Double
        let verdict: Verdict

        init() throws {
            let made = try ExperimentTests.make(
                ["--models", "none", "--scenarios", "peak", "--rounds", "3", "--duration", "1s"]
                    + ExperimentTests.serve("burns", "--simulate cpu:200us")
                    + ExperimentTests.serve("waits", "--model threads --simulate sleep:20ms"))
            defer { made.remove() }
            try #require(made.outcome.exit == .status(0), "\(made.outcome.errors)")
            let analysis = try made.analysis
            burnt = try #require(analysis.estimate("burns", JudgedFigure("peak", .processorTime))).mean
            times = analysis.times("waits", "peak") { $0.planned }
            rate = try #require(analysis.estimate("waits", JudgedFigure("peak", .rate))).mean
            verdict = try #require(try made.document.verdicts.first { $0.figure == .processorTime })
        }
    }

    /// How far above these the figures are depends on what else the machine does: `ExperimentTimedTests` holds them to more.
    @Test("measures no less than the delay, and the processor time that a text burns")
    func known() throws {
        let known = try Known()
        #expect(known.burnt >= 200 && known.times.min >= 20_000_000 && known.rate <= 5100, "\(known)")
        #expect(known.verdict.entrant == "waits" && known.verdict.word == .less)
    }

    @Test("measures the memory that a server keeps per client")
    func leak() throws {
        let made = try Self.make(
            ["--models", "none", "--scenarios", "idle", "--rounds", "3", "--baseline", "plain"]
                + ["--server", "plain=\(Self.odd) leaky {port} 0", "--server", "keeps=\(Self.odd) leaky {port} 40000"])
        defer { made.remove() }
        #expect(made.outcome.exit == .status(0), "\(made.outcome.errors)")
        let analysis = try made.analysis
        let memory = JudgedFigure("idle", .memory)
        let (plain, keeps) = (
            try #require(analysis.estimate("plain", memory)), try #require(analysis.estimate("keeps", memory))
        )
        #expect((39_000...42_000).contains(keeps.mean - plain.mean), "\(keeps.mean) \(plain.mean)")
        #expect(
            try made.document.verdicts.contains { $0.entrant == "keeps" && $0.word == .more && $0.isBetter == false })
    }

    // MARK: - The lesson

    @Test("over the lesson's own program, as a student runs it, ends in a report after five rounds")
    func lesson() throws {
        // Another program has the port; the experiment can still use it, in its own networks.
        let holder = try ChildProcess("python3", ["-m", "http.server", "--bind", "127.0.0.1", "9090"])
        defer { holder.send(signal: 9) }
        #expect(Wait.until { !PortUse.listeners(at: 9090).isEmpty })
        let made = try Self.make(
            ["--models", "reactor", "--scenarios", "peak,churn,slow-client", "--duration", "200ms"]
                + ["--server", "lesson@9090=python3 \(Self.tests)/CheckServers/lesson.py"])
        defer { made.remove() }
        #expect(made.outcome.exit == .status(0), "\(made.outcome.errors)")
        let document = try made.document
        #expect(document.experiment.rounds == 5 && document.gates.allSatisfy(\.isAdmitted))
        for scenario in ["peak", "churn", "slow-client"] {
            let trials = document.trials.filter { $0.entrant == "lesson" && $0.setting == scenario }
            #expect(trials.count == 5 && trials.allSatisfy { !$0.hasFailed }, "\(scenario)")
        }
        // What it fails beyond its level is reported, but does not keep it out.
        let findings = try #require(document.gates.first { $0.entrant == "lesson" }).findings.map(\.id)
        #expect(findings.contains("3.2") && findings.contains("9.1"))
        let page = try String(contentsOfFile: "\(made.folder)/index.html", encoding: .utf8)
        #expect(page.contains("a UTF-8 sequence cut between two reads"))
        #expect(document.verdicts.contains { $0.entrant == "lesson" && $0.setting == "churn" && $0.word == .more })
    }

    // MARK: - The page

    @Test("of every scenario makes a page that a browser, a phone and paper show, and data that keep their schema")
    func page() throws {
        let made = try Self.make([
            "--models", "reactor,sequential", "--rounds", "2", "--duration", "150ms", "--seed", "3",
        ])
        defer { made.remove() }
        #expect(made.outcome.exit == .status(0), "\(made.outcome.errors)")
        let check = try ChildProcess(
            "/usr/bin/python3", ["\(Self.tests)/LabServers/check_report.py", made.folder],
            {
                var options = ChildProcess.Options()
                options.environment["HOME"] = "/tmp"
                return options
            }())
        #expect(check.waitForExit(seconds: 120) == .status(0), "\(check.output)\(check.errors.suffix(2000))")
        // One client at a time: it is measured where that is enough, and shown as failed where it is not.
        let analysis = try made.analysis
        #expect(analysis.failure("sequential", "peak")?.reason.contains("of 100 clients were not served") == true)
        #expect(analysis.estimate("sequential", JudgedFigure("churn", .processorTime)) != nil)
        #expect(!analysis.runs("sequential", "clients", "1 client").isEmpty)
        #expect(try made.document.placement.isShared == (Processors.allowed.count < 2))
        let text = made.outcome.errors
        #expect(text.contains("in random order (seed 3)") && text.contains("length     about"))
    }

    @Test("gives each server a processor that the generator does not use, and a network of its own")
    func places() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let made = try Self.make(
            ["--models", "none", "--rounds", "1", "--scenarios", "peak", "--duration", "100ms"]
                + [
                    "--server",
                    """
                    here=(readlink /proc/self/ns/net; grep Cpus_allowed_list /proc/self/status) >> \(file); \
                    exec '\(Eco.path)' serve --quiet --port {port}
                    """,
                ])
        defer { made.remove() }
        let place = try made.document.placement
        let told = try String(contentsOfFile: file, encoding: .utf8)
        #expect(told.hasSuffix("\t\(place.server)\n"), "\(told)")
        // While it was checked it had the experiment's network, and with each load another.
        let networks = told.split(separator: "\n").filter { $0.hasPrefix("net:[") }
        #expect(networks.count > 2 && Set(networks).count > 1, "\(networks)")
        #expect(Processors.allowed.count < 2 || place.generator != place.server)
    }

    @Test("without networks for servers says so, and who holds a fixed port")
    func sharedNetwork() throws {
        try SpawnedServer.serving { outside throws in
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            var options = ChildProcess.Options()
            options.launcher = [
                "unshare", "-Ur", "/bin/sh", "-c", "echo 0 > /proc/sys/user/max_net_namespaces; exec \"$0\" \"$@\"",
            ]
            let outcome = try Eco.run(
                [
                    "compare", "--quick", "--rounds", "1", "--scenarios", "peak", "--duration", "100ms", "--out",
                    folder,
                    "--models", "reactor", "--server",
                    "fixed@\(outside.port)=exec '\(Eco.path)' serve --port \(outside.port)",
                ], options, seconds: 60)
            #expect(outcome.exit == .status(0), "\(outcome.errors)")
            #expect(outcome.errors.contains("eco: fixed: this machine does not allow the server its own network"))
            #expect(outcome.errors.contains("eco: fixed is not measured: port \(outside.port) is held by"))
            // The others go on, in the shared network.
            let document = try ComparisonDocument(reading: "\(folder)/results.json")
            #expect(Analysis(document).runs("reactor", "peak").count == 1)
        }
    }

    @Test("is not changed by settings for eco serve")
    func environment() throws {
        let made = try Self.make(
            ["--models", "reactor", "--rounds", "1", "--scenarios", "peak", "--duration", "100ms"],
            environment: ["ECO_SIMULATE": "sleep:50ms"])
        defer { made.remove() }
        let times = try made.analysis.times("reactor", "peak") { $0.planned }
        #expect(times.count > 0 && times.percentile(50) < 40_000_000)
    }

    @Test("says what this machine cannot do, which is not a server's failure")
    func machineLimit() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("eco-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = ChildProcess.Options()
        options.launcher = ["/bin/sh", "-c", "ulimit -n 600; exec \"$0\" \"$@\""]
        let outcome = try Eco.run(
            [
                "compare", "--quick", "--models", "reactor", "--rounds", "3", "--scenarios", "idle,churn",
                "--duration", "100ms", "--out", folder,
            ], options, seconds: 60)
        #expect(outcome.exit == .status(0), "\(outcome.errors)")
        #expect(outcome.errors.contains("eco: reactor is not measured by idle: this machine cannot carry that many"))
        let document = try ComparisonDocument(reading: "\(folder)/results.json")
        // It is no failure that, seen twice, would not be tried again.
        let idle = document.trials.filter { $0.setting == "idle" }.flatMap(\.steps)
        #expect(idle.count == 3 && idle.allSatisfy { $0.notMeasured != nil && $0.failure == nil && !$0.isKnown })
        #expect(Analysis(document).runs("reactor", "churn").count == 3)
    }

    // MARK: - Servers that go wrong

    @Test("names what goes wrong with each server in one line, goes on with the others, and leaves nothing behind")
    func wrongServers() throws {
        let mark = "31415\(Int.random(in: 100...999))"
        let made = try Self.make(
            ["--models", "reactor", "--rounds", "3", "--scenarios", "peak,churn", "--duration", "150ms"]
                + ["--server", "missing=./no-such-server {port}", "--server", "ends=false {port}"]
                + ["--baseline", "ends"]
                + ["--server", "wrong=python3 \(Self.tests)/CheckServers/faulty.py drops-empty-lines {port}"]
                + ["--server", "mute=sleep \(mark) # {port}"]
                + ["--server", "web=python3 -m http.server --bind 127.0.0.1 {port}"]
                + [
                    "--server", "dying=\(Self.odd) dying {port}", "--server",
                    "father=\(Self.odd) fathering {port} \(mark)",
                ])
        defer { made.remove() }
        #expect(made.outcome.exit == .status(0), "\(made.outcome.errors)")
        let lines = made.outcome.errors.split(separator: "\n").map(String.init)
        func line(_ beginning: String) -> String { lines.first { $0.hasPrefix("eco: \(beginning)") } ?? "" }
        #expect(line("missing is not measured").contains("is not found or cannot be run"))
        #expect(line("ends is not measured").contains("ended with exit status 1 before it listened"))
        #expect(line("mute is not measured").contains("does not listen at port"))
        #expect(line("web is not measured").contains("does not"), "\(line("web"))")
        #expect(
            line("dying fails peak").contains(
                "it ended with exit status 3 during the measurement (it said: I have had enough)"))
        let analysis = try made.analysis
        #expect(analysis.entrants.map(\.name) == ["reactor", "dying", "father"])
        // The chosen baseline is missing.
        #expect(analysis.document.experiment.baseline == "reactor")
        #expect(analysis.document.notices.contains { $0.hasPrefix("ends was chosen as the baseline") })
        #expect(analysis.runs("father", "peak").count == 3 && analysis.runs("reactor", "peak").count == 3)
        #expect(analysis.failure("dying", "peak")?.rounds == 2)
        #expect(analysis.runs("dying", "churn").count == 3)
        #expect(Proc.all.filter { $0.commandLine.contains(mark) }.isEmpty)
    }
}
