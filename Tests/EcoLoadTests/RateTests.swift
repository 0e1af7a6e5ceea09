// Rates that are not kept, rates that are low, and servers that end.
import LinuxIO
import ServerHarness
import Support
import TestSupport
import Testing

@testable import EcoLoad

@Suite("A rate", .blocking)
struct RateTests {
    private static func plan(_ configure: (inout LoadPlan) -> Void = { _ in }) -> LoadPlan {
        var plan = LoadPlan()
        plan.rate = 300
        configure(&plan)
        return plan
    }

    /// Of 3000 messages in ten seconds this many were answered, and this many waited at the end.
    private static func sample(_ answered: Int, _ waited: Int) -> RunResult {
        var result = RunResult.sample(answered: 3_000)
        (result.seconds, result.messages, result.waitedAtEnd) = (10, answered, waited)
        return result
    }

    @Test(
        "is not kept where many messages still wait for a client at the end, and says so in its word and exit status",
        arguments: [(1_930, 1_070, false), (2_900, 100, false), (2_900, 0, true), (2_950, 50, true), (3_000, 2, true)])
    func notKept(answered: Int, waited: Int, isKept: Bool) {
        let validity = Self.sample(answered, waited).judged(Self.plan()).validity
        #expect(validity.has(.rateNotKept) == !isKept)
        #expect(validity.word == (isKept ? .valid : .failed) && validity.exitStatus == (isKept ? 0 : 75))
    }

    @Test(
        "may be missed by chance where messages come by chance, and is asked of the length that a number of them takes")
    func chance() {
        #expect(!Self.sample(2_900, 100).judged(Self.plan { $0.arrivals = .poisson }).validity.has(.rateNotKept))
        var byNumber = Self.sample(3_000, 1_000)
        byNumber.seconds = 15
        #expect(byNumber.judged(Self.plan { $0.messages = 3_000 }).validity.has(.rateNotKept))
        byNumber.waitedAtEnd = 0
        #expect(!byNumber.judged(Self.plan { $0.messages = 3_000 }).validity.has(.rateNotKept))
    }

    @Test("that a server cannot keep is reported, with the rate that was reached")
    func slowServer() throws {
        let result = try LoadServer("Slow", 20).load {
            $0.clients = 1
            $0.rate = 300
            $0.durationSeconds = 1
        }
        #expect(result.validity.has(.rateNotKept), "\(result.validity.reasons)")
        #expect(result.waitedAtEnd.map { $0 > 200 } == true && result.validity.exitStatus != 0)
    }

    @Test(
        "is written so that it says something",
        arguments: [
            (0.4, "0.40"), (0, "0"), (3, "3"), (9.25, "9.25"), (9.999, "10"), (12.4, "12"), (50_006.2, "50,006"),
        ])
    func text(rate: Double, text: String) { #expect(RateText(rate).description == text) }

    @Test("below one per second is shown as such, not as 0")
    func low() throws {
        var plan = LoadPlan()
        plan.rate = 4
        let result = try LoadServer([]).load {
            $0.clients = 2
            $0.rate = 4
            $0.durationSeconds = 1
        }
        #expect(result.plannedMessages == 4 && result.planned.count == 4, "\(result.validity.reasons)")
        var slower = result
        slower.seconds = 10
        #expect(LoadTable(plan).text(slower).contains("  0.40 messages per second") || slower.messages != 4)
        let none = try LoadServer([]).load {
            $0.rate = 0.5
            $0.warmupSeconds = 0.1
        }
        #expect(none.validity.reasons.contains { $0.contains("no message came due") }, "\(none.validity.reasons)")
    }
}

@Suite("What the generator takes", .blocking)
struct GeneratorUseTests {
    @Test("is never more than one processor per thread, however short the window", arguments: [1, 3])
    func shares(threads: Int) throws {
        let server = try LoadServer([])
        for way in ObjectiveTests.Way.allCases {
            let result = try server.load {
                way.apply(to: &$0)
                $0.durationSeconds = 0.02
                $0.threads = threads
            }
            #expect((0...1).contains(result.generator.processorShare), "\(way): \(result.generator)")
            #expect((0...1).contains(result.generator.waitShare), "\(way): \(result.generator)")
        }
    }

    @Test("is a share of its threads' time, and a late reading never makes it more than 100 %")
    func shareOfTime() {
        let half = GeneratorUse(ThreadUse(wall: 60, processor: 30, wait: 15), threads: 3)
        #expect(half.processorShare == 0.5 && half.waitShare == 0.25)
        let all = GeneratorUse(ThreadUse(wall: 60, processor: 61, wait: 70), threads: 3)
        #expect(all.processorShare == 1 && all.waitShare == 1)
        let none = GeneratorUse(ThreadUse(), threads: 3)
        #expect(none.processorShare == 0 && none.waitShare == 0)
    }

    @Test("of a run that was ended before its window is zero")
    func nothing() throws {
        let use = try LoadServer([]).loadEndedInWarmup().generator
        #expect(use.processorSeconds == 0 && use.processorShare == 0 && use.waitShare == 0)
    }
}

@Suite("A server's end", .blocking)
struct ServerEndTests {
    @Test("is reported even if all clients were served: nothing listens any more")
    func listener() throws {
        let result = try LoadServer("EndsWithTheLast", 8).load()
        #expect(result.ledger[.served] == 8 && result.ledger.errors == 0, "\(result.ledger)")
        #expect(result.serverEnded == true && result.validity.has(.ended) && result.validity.word == .failed)
        #expect(result.validity.exitStatus == 74)
        #expect(try LoadServer([]).load().serverEnded == nil)
    }

    @Test("is reported for the observed process")
    func process() throws {
        let server = try LoadServer([])
        let other = try ChildProcess("sleep", ["1000"])
        var plan = LoadPlan()
        plan.clients = 4
        plan.warmupSeconds = 0
        plan.durationSeconds = 1_000
        let run = try LoadRun(plan, target: .loopback(port: server.port), server: [other.pid])
        let results = try run.run(onProgress: { progress in
            guard progress.stage == .measuring, progress.answered > 0 else { return }
            other.send(signal: 9)
            #expect(other.waitForExit() == .signal(9))
            run.stop()
        })
        let result = try #require(results.first)
        #expect(result.serverEnded == true && result.validity.has(.ended) && result.ledger.errors == 0)
    }
}

@Suite("A client that connects to itself", .blocking)
struct SelfConnectionTests {
    @Test("got no answer: it counts as refused", arguments: [LoadPlan.ServerProtocol.echo, .eco])
    func selfConnection(serverProtocol: LoadPlan.ServerProtocol) throws {
        let range = (SystemFile.text(at: "/proc/sys/net/ipv4/ip_local_port_range") ?? "").split(
            whereSeparator: \.isWhitespace
        ).compactMap { UInt16($0) }
        try #require(range.count == 2)
        // The kernel gives clients the ports of one parity first, one after the other.
        var port = range[0]
        while !PortUse.isFree(port), port < range[1] - 2 { port += 2 }
        var plan = LoadPlan()
        plan.mode = .churn
        plan.serverProtocol = serverProtocol
        plan.clients = 200
        plan.warmupSeconds = 0
        plan.durationSeconds = 100
        let run = try LoadRun(plan, target: .loopback(port: port))
        // Every client tries again and again, until one has met itself.
        let results = try run.run(onProgress: { if $0.ledger[.selfConnected] > 0 { run.stop() } })
        let result = try #require(results.first)
        #expect(result.ledger[.selfConnected] > 0 && result.ledger.connected == 0, "\(result.ledger)")
        #expect(result.ledger.tallies && result.messages == 0)
        #expect(result.validity.has(.nobodyListens) && result.validity.exitStatus == 69)
        #expect(result.validity.reasons.contains { $0.contains("had connected to themselves") })
    }
}
