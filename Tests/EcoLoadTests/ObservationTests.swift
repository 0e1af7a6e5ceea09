// What a load sees of the server, and when it gives up.
import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import EcoLoad
@testable import ServerHarness

@Suite("A load that observes the server", .blocking)
struct ObservationTests {
    @Test("measures the server with all of its processes, while all clients are connected, and for the whole window")
    func observation() throws {
        // It gets the process id of the shell; the server is its child.
        let shell = try ListeningProcess { port in
            ["/bin/sh", "-c", "'\(Eco.path)' serve --quiet --host 127.0.0.1 --port \(port) --model threads; true"]
        }
        let (process, port) = (shell.process, shell.port)
        defer { ServerChildren.kill(of: process.pid) }
        var plan = LoadPlan()
        plan.clients = 300
        plan.warmupSeconds = 0
        plan.durationSeconds = 2
        plan.thinkSeconds = 3600
        let runs = try LoadRun(plan, target: .loopback(port: port), server: [process.pid]).run()
        let result = try #require(runs.first)
        let server = try #require(result.server)
        // Each has sent one message and is idle; none has left before the server was measured.
        #expect(result.seconds > 1 && result.messages == 300, "\(result.seconds) s, \(result.ledger)")
        #expect(server.threads >= 302 && server.descriptors >= 300, "\(server.threads) threads, \(server.descriptors)")
        #expect(try #require(server.processorSeconds) > 0 && server.after?.processes == 2)
        let (before, after) = (try #require(server.before), try #require(server.after))
        #expect(before.threads <= 4 && after.anonymousBytes - before.anonymousBytes > 300 * 4096)
        #expect((server.pageFaults ?? 0) > 0 && server.voluntarySwitches > 0)
    }

    @Test("gives up before its messages begin, if more connections went wrong than it allows")
    func mostFailures() throws {
        let server = try LoadServer(["--model", "sequential"])
        var plan = LoadPlan()
        plan.clients = 600
        plan.timeoutSeconds = 0.5
        plan.mostFailures = 0
        let result = try withExtendedLifetime(server) {
            try #require(LoadRun(plan, target: .loopback(port: server.port)).run().first)
        }
        // One is served; of the others only those that were under way at once are waited for.
        #expect(result.ledger.tallies && result.ledger[.timedOut] > 0 && result.ledger.asked < 600)
        #expect(result.messages == 0)
    }
}

@Suite("The processor time of a server", .blocking)
struct ServerTimeTests {
    enum Way: String, CaseIterable { case reap, ignore, double, threads }

    /// What each client costs the server.
    private static let milliseconds = 15

    /// What this many clients, one after the other on each of four connections, cost a server, as reported.
    private static func result(_ way: Way, clients: Int = 40, makesGroup: Bool) throws -> RunResult {
        let program =
            #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/CheckServers/forking.py"
        let server = try ListeningProcess { ["python3", program, "\($0)", way.rawValue, "\(milliseconds)"] }
        var plan = LoadPlan()
        plan.mode = .churn
        plan.clients = 4
        plan.messages = clients
        plan.warmupSeconds = 0
        plan.durationSeconds = 100
        plan.timeoutSeconds = 60
        let run = try LoadRun(
            plan, target: .loopback(port: server.port), server: [server.process.pid], makesGroup: makesGroup)
        return try withExtendedLifetime(server) { try #require(try run.run().first) }
    }

    /// Whether this machine lets this user make a control group.
    private static func canGroup() throws -> Bool {
        let process = try ChildProcess("sleep", ["100"])
        return withExtendedLifetime(process) { ControlGroup(gathering: { [Proc(process.pid)] }) != nil }
    }

    @Test("includes that of children that were not waited for, or is unknown (pitfall 33)", arguments: Way.allCases)
    func pitfall33(way: Way) throws {
        let result = try Self.result(way, makesGroup: true)
        #expect(result.messages == 40 && result.ledger.errors == 0, "\(result.ledger)")
        let isKnown = try way == .threads || Self.canGroup()
        #expect(result.server != nil && result.isServerTimeUnknown == !isKnown)
        guard isKnown else { return }
        let time = try #require(result.serverMicrosecondsPerMessage)
        // An interpreter's fork takes a few milliseconds, too; what is computed takes what it takes.
        let least = Double(Self.milliseconds * 1000)
        #expect(time > 0.95 * least && time < 3 * least, "\(time) us")
    }

    @Test(
        "is unknown without a control group wherever children come and go, and else is right", arguments: Way.allCases)
    func withoutGroup(way: Way) throws {
        let result = try Self.result(way, clients: 8, makesGroup: false)
        #expect(result.messages == 8 && result.isServerTimeUnknown == (way != .threads))
        let table = LoadTable(LoadPlan()).text(result)
        guard way == .threads else {
            #expect(result.server?.processorShare == nil && result.server?.idleShare == nil)
            #expect(table.contains("processor time unknown"), "\(table)")
            return
        }
        // The threads have ended, and so has the clock of none of them.
        let time = try #require(result.serverMicrosecondsPerMessage)
        #expect(time > 0.95 * Double(Self.milliseconds * 1000) && !table.contains("unknown"), "\(time) us")
    }

    @Test("of processes that stay comes from their clocks, and a child that started or ended makes it unknown")
    func offspring() throws {
        let other = try ChildProcess("sleep", ["100"])
        let parent = try ChildProcess("env", ["--ignore-signal=CHLD", "sleep", "100"])
        let here = Proc(other.pid)
        let (one, both) = (Offspring([here], zombies: 0), Offspring([here, Proc(parent.pid)], zombies: 0))
        #expect(one.isSame(as: Offspring([here], zombies: 0)))
        #expect(!one.isSame(as: both) && !both.isSame(as: one))
        #expect(!Offspring([here], zombies: 1).isSame(as: Offspring([here], zombies: 1)))
        #expect(Wait.until { Proc(parent.pid).ignores(SIGCHLD) })
        let ignoring = Offspring([Proc(parent.pid)], zombies: 0)
        #expect(!ignoring.isSame(as: ignoring))
        // One that came, went and was waited for between two looks is seen in neither.
        let pipe = try Pipe()
        var options = ChildProcess.Options()
        options.standardInput = pipe.readEnd
        let shell = try ChildProcess("/bin/sh", ["-c", "echo begins; read a; (exit 0); echo waited; read a"], options)
        try #require(shell.wait(.output) { $0 == "begins\n" })
        let before = Offspring([Proc(shell.pid)], zombies: 0)
        #expect(before.isSame(as: Offspring([Proc(shell.pid)], zombies: 0)))
        #expect(unsafe write(pipe.writeEnd, "\n", 1) == 1)
        try #require(shell.wait(.output) { $0.hasSuffix("waited\n") })
        #expect(!before.isSame(as: Offspring([Proc(shell.pid)], zombies: 0)))
    }

    @Test("of a part applies to the sum of all parts, however long each was")
    func merged() {
        func use() -> ServerUse {
            ServerUse(
                pid: 1, processorSeconds: 0.3, processorShare: 0.3, idleShare: 0.7, privateBytes: 1, threads: 1,
                descriptors: 1, voluntarySwitches: 90, involuntarySwitches: 0)
        }
        // One part of a second, which saw the server, and one of twice the length, at the same rate.
        for seesFirst in [true, false] {
            var (one, other) = (RunResult.sample(answered: 1_000), RunResult.sample(answered: 2_000))
            other.seconds = 2
            if seesFirst { one.server = use() } else { other.server = use() }
            let seen = seesFirst ? 1.0 : 2.0
            one.merge(other)
            // The server took as much of its processor, for two thousand messages per second.
            #expect(abs(one.serverMicrosecondsPerMessage! - 0.3 / seen / 2_000 * 1e6) < 1e-6)
            #expect(abs(Double(one.server!.voluntarySwitches) - 90 / seen * one.seconds) <= 0.5)
        }
    }

    @Test("that cannot be read is shown as unknown, and counts of ended processes as a minimum")
    func unknown() {
        var result = RunResult.sample()
        var use = ServerUse(
            pid: 1, processorSeconds: 0.3, processorShare: 0.3, idleShare: 0.7, privateBytes: 0, threads: 1,
            descriptors: 1, voluntarySwitches: 90, involuntarySwitches: 0)
        use.areCountsLeast = true
        result.server = use
        var text = LoadTable(LoadPlan()).text(result).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("memory unknown") && text.contains("at least 90 voluntary"), "\(text)")
        result.server?.privateBytes = 1_000_000
        result.server?.areCountsLeast = false
        text = LoadTable(LoadPlan()).text(result).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("1.00 MB of its own") && !text.contains("at least"), "\(text)")
    }

    @Test("that is unknown in one run is compared in none")
    func comparison() {
        var (before, after) = (RunResult.sample(answered: 1_000), RunResult.sample(answered: 1_000))
        let use = ServerUse(
            pid: 1, processorSeconds: 0.5, processorShare: 0.5, idleShare: 0.5, privateBytes: 0, threads: 1,
            descriptors: 1,
            voluntarySwitches: 0, involuntarySwitches: 0)
        (before.server, after.server) = (use, use)
        func names(_ runs: [RunResult]) -> [String] {
            func document(_ runs: [RunResult]) -> LoadDocument {
                LoadDocument(version: "1", target: "x", plan: LoadPlan(), runs: runs)
            }
            return Comparison(document([before, before, before]), document(runs)).lines.map(\.name)
        }
        #expect(names([after, after, after]).contains("server us per message"))
        var unknown = after
        unknown.server?.processorSeconds = nil
        unknown.server?.processorShare = nil
        unknown.server?.idleShare = nil
        #expect(!names([after, unknown, after]).contains("server us per message"))
        #expect(names([after, unknown, after]).contains("messages per second"))
    }
}

/// A shell's children, which do not end with it.
private enum ServerChildren {
    static func kill(of pid: Int32) {
        for child in Proc(pid).children { child.send(signal: 9) }
        Proc(pid).send(signal: 9)
    }
}
