// What a load sees of the server, and when it gives up.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

@Suite("A load that looks", .timeLimit(.minutes(1)))
struct ObservationTests {
    @Test("looks at the server with all of its processes, while all clients are there, and for the whole window")
    func observation() throws {
        // The shell is what it is told of; the server is its child.
        let port = try LoadServer.freePort()
        let process = try ChildProcess(
            "/bin/sh", ["-c", "'\(Eco.path)' serve --quiet --host 127.0.0.1 --port \(port) --model threads; true"])
        defer { ServerChildren.kill(of: process.pid) }
        #expect(Wait.until { !PortUse.listeners(at: port).isEmpty })
        var plan = LoadPlan()
        plan.clients = 300
        plan.warmupSeconds = 0
        plan.durationSeconds = 0.5
        plan.thinkSeconds = 3600
        let runs = try LoadRun(plan, target: .loopback(port: port), server: [process.pid]).run()
        let result = try #require(runs.first)
        let server = try #require(result.server)
        // Each has asked once, and is silent; nobody has left before the server was looked at.
        #expect(result.seconds >= 0.49 && result.messages == 300, "\(result.seconds) s, \(result.ledger)")
        #expect(server.threads >= 302 && server.descriptors >= 300, "\(server.threads) threads, \(server.descriptors)")
        #expect(server.processorSeconds > 0 && server.after?.processes == 2)
        let (before, after) = (try #require(server.before), try #require(server.after))
        #expect(before.threads <= 4 && after.anonymousBytes - before.anonymousBytes > 300 * 4096)
        #expect((server.pageFaults ?? 0) > 0 && server.voluntarySwitches > 0)
    }

    @Test("gives up before it talks, once more has gone wrong than it is to bear")
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

/// A shell's children, which do not end with it.
private enum ServerChildren {
    static func kill(of pid: Int32) {
        for child in Proc(pid).children { child.send(signal: 9) }
        Proc(pid).send(signal: 9)
    }
}
