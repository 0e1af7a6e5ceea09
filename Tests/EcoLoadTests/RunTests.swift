// Whole runs against our own server, in every mode.
import Glibc
import LinuxIO
import ServerHarness
import TestSupport
import Testing

@testable import EcoLoad

@Suite("A load", .blocking)
struct RunTests {
    @Test(
        "on our own server is served without an error, whatever the sizes, the depth, the text and the threads",
        arguments: [("64", 1, 1), ("mixed", 3, 2), ("large", 1, 1)], LoadPlan.Language.allOfThem)
    func closedLoop(shape: (sizes: String, depth: Int, threads: Int), language: LoadPlan.Language) throws {
        let result = try LoadServer([]).load {
            // By number and not by time: a sanitizer makes it slow.
            $0.messages = 64
            $0.durationSeconds = 100
            $0.timeoutSeconds = 30
            $0.depth = shape.depth
            $0.threads = shape.threads
            $0.language = language
            switch shape.sizes {
            case "mixed":
                $0.sizes = SizeMix([
                    .init(bytes: 64, weight: 8), .init(bytes: 1024, weight: 1), .init(bytes: 3, weight: 1),
                ])
            case "large": $0.sizes = .one(300_000)
            default: break
            }
        }
        #expect(result.messages == 64 && result.unanswered == 0)
        #expect(result.ledger.tallies && result.ledger[.served] == 8 && result.ledger.errors == 0)
        #expect(result.ledger.answered == 8 && result.firstWrongByte == nil)
        #expect(result.planned.count >= result.messages && result.connecting.count == 8 && result.greeting.count == 8)
        #expect(result.fairness.clients == 8 && result.fairness.neverAnswered == 0)
        let server = try #require(result.server)
        // Its loop, and the writer of its diagnostics.
        #expect(try #require(server.processorSeconds) > 0 && server.threads <= 2 && server.descriptors >= 8)
    }

    @Test("with a number of messages answers exactly that many", arguments: [1, 2])
    func messages(threads: Int) throws {
        let result = try LoadServer([]).load {
            $0.messages = 1001
            $0.durationSeconds = 100
            $0.threads = threads
        }
        #expect(result.messages == 1001 && result.planned.count == 1001)
        // What came is as long as what went, goodbyes included; the greetings came before.
        #expect(result.bytesIn == result.bytesOut)
    }

    @Test("in an open loop sends what is planned, when it is planned", arguments: LoadPlan.Arrivals.allOfThem)
    func openLoop(arrivals: LoadPlan.Arrivals) throws {
        let result = try LoadServer([]).load {
            $0.rate = 2_000
            $0.arrivals = arrivals
            $0.durationSeconds = 0.5
        }
        // A Poisson process of 1000 has a standard deviation of 32.
        #expect(abs(result.plannedMessages - 1_000) <= (arrivals == .uniform ? 2 : 160))
        #expect(result.planned.count == result.plannedMessages && result.actual.count == result.plannedMessages)
        // Each was sent late by the generator, if only by microseconds, or waited for a client.
        #expect(result.lateness.count + result.waited == result.plannedMessages)
        #expect(result.planned.percentile(50) >= result.actual.percentile(50))
    }

    @Test("in churn counts sessions, each in the ledger")
    func churn() throws {
        let result = try LoadServer([]).load {
            $0.mode = .churn
            $0.messages = 40
            $0.durationSeconds = 100
            $0.timeoutSeconds = 30
        }
        #expect(result.messages >= 40)
        #expect(result.ledger.tallies && result.ledger.errors == 0 && result.ledger.asked >= result.messages)
        #expect(result.ledger.greeted == result.ledger.asked)
    }

    @Test("of idle clients sends one message from each, at the end")
    func hold() throws {
        let result = try LoadServer([]).load {
            $0.mode = .hold
            $0.clients = 300
        }
        #expect(result.messages == 300 && result.ledger.answered == 300 && result.ledger[.served] == 300)
        #expect(result.fairness.least == 1 && result.fairness.most == 1)
    }

    @Test("connects over the time of the ramp")
    func ramp() throws {
        let begin = Instant.now
        let result = try LoadServer([]).load {
            $0.rampSeconds = 0.5
            $0.clients = 20
        }
        #expect(.now - begin >= .milliseconds(600))
        #expect(result.ledger[.served] == 20)
    }

    @Test("on a plain echo server expects what was sent")
    func echo() throws {
        let result = try LoadServer("PlainEcho").load { $0.serverProtocol = .echo }
        #expect(result.messages > 10 && result.ledger[.served] == 8 && result.firstWrongByte == nil)
    }

    @Test("beyond the server's limit counts the refused clients, and tallies")
    func refusals() throws {
        let result = try LoadServer(["--max-clients", "5"]).load()
        #expect(result.ledger[.refused] == 3 && result.ledger[.served] == 5 && result.ledger.tallies)
        #expect(result.ledger.connected == 8 && result.ledger.greeted == 5)
        #expect(result.messages > 0)
    }

    @Test("comes from the given source addresses")
    func sources() throws {
        let result = try LoadServer(["--max-clients-per-address", "4"]).load {
            $0.sources = ["127.0.0.2", "127.0.0.3"]
        }
        #expect(result.ledger[.served] == 8)
        let crowded = try LoadServer(["--max-clients-per-address", "3"]).load {
            $0.sources = ["127.0.0.2", "127.0.0.3"]
        }
        #expect(crowded.ledger[.served] == 6 && crowded.ledger[.refused] == 2)
    }

    @Test("in churn has all of its clients, and the planned number of sessions")
    func churnCounts() throws {
        let server = try LoadServer([])
        let result = try server.load {
            $0.mode = .churn
            $0.clients = 20
            $0.messages = 50
            $0.durationSeconds = 100
            $0.timeoutSeconds = 30
        }
        #expect(result.messages == 50 && result.ledger.asked == 50 && result.ledger[.served] == 50)
        let crowd = try LoadServer("Silent").load {
            $0.mode = .churn
            $0.clients = 300
            $0.durationSeconds = 0.5
            $0.timeoutSeconds = 10
        }
        #expect(crowd.ledger.asked >= 256 && crowd.ledger.tallies)
    }

    @Test("does not count messages of the warm-up")
    func warmup() throws {
        let result = try LoadServer([]).load {
            $0.warmupSeconds = 0.2
            $0.messages = 500
            $0.durationSeconds = 100
        }
        #expect(result.messages == 500 && result.planned.count == 500)
    }

    @Test("over a Unix socket is served as well")
    func unixSocket() throws {
        let path = "/tmp/eco-load-test-\(getpid())"
        let server = try ChildProcess(Eco.path, ["serve", "--quiet", "--unix", path])
        #expect(Wait.until { (try? UnixPath.state(of: path)) == .live })
        var plan = LoadPlan()
        plan.messages = 500
        plan.warmupSeconds = 0
        let result = try #require(try LoadRun(plan, target: .unix(path)).run().first)
        #expect(result.messages == 500 && result.ledger[.served] == 100)
        withExtendedLifetime(server) {}
    }

    @Test("may be repeated, each time with new connections, and ended early with its results")
    func repeats() throws {
        let server = try LoadServer([])
        #expect(try server.loads { $0.repeats = 3 }.map(\.ledger.asked) == [8, 8, 8])
        var plan = LoadPlan()
        plan.durationSeconds = 1_000
        let run = try LoadRun(plan, target: .loopback(port: server.port))
        var answered = 0
        let results = try run.run(onProgress: { progress in
            answered = progress.answered
            if answered > 0 { run.stop() }
        })
        let result = try #require(results.first)
        #expect(result.isInterrupted && result.messages >= answered && result.seconds < 100 && result.ledger.tallies)
        // Goodbyes are not waited for for long.
        #expect(result.ledger[.served] + result.ledger[.givenUp] == 100)
    }

    @Test("that is ended early does not wait for outstanding answers", arguments: ObjectiveTests.Way.allCases)
    func endedWhileWaiting(way: ObjectiveTests.Way) throws {
        let server = try LoadServer(way == .churn ? "Silent" : "NeverAnswers")
        var plan = LoadPlan()
        plan.clients = 8
        plan.warmupSeconds = 0
        plan.durationSeconds = way == .hold ? 0.1 : 1_000
        plan.timeoutSeconds = 1_000
        way.apply(to: &plan)
        let run = try LoadRun(plan, target: .loopback(port: server.port))
        let results = try withExtendedLifetime(server) {
            try run.run(onProgress: { progress in
                // All are connected, and wait; idle clients do so after their one message.
                let isWaiting = way == .hold ? progress.stage == .finishing : progress.stage == .measuring
                if isWaiting { run.stop() }
            })
        }
        let result = try #require(results.first)
        // Outstanding answers do not count against the server.
        #expect(result.isInterrupted && result.ledger[.givenUp] >= 8 && result.ledger.errors == 0, "\(result.ledger)")
        #expect(result.ledger.tallies && result.validity.has(.nothingMeasured) && !result.validity.has(.timedOut))
    }

    @Test("counts outstanding answers with at least the time that they were waited for")
    func givenUp() throws {
        var result = RunResult.sample(answered: 900)
        var waits = Times()
        waits.note(400_000_000, count: 100)
        result.givenUp = waits
        #expect(try #require(Objective("p90<2ms")).judge(result.judged()) == .kept)
        #expect(try #require(Objective("p99<2ms")).judge(result.judged()) != .kept)
        #expect(try #require(Objective("p99<1s")).judge(result.judged()) == .kept)
        #expect(try #require(Objective("max<2ms")).judge(result.judged()) != .kept)
        #expect(result.judged().validity.exitStatus == 0)
    }
}

extension LoadPlan.Language { static let allOfThem: [Self] = [.ascii, .portuguese] }
extension LoadPlan.Arrivals {
    static let allOfThem: [Self] = [.uniform, .poisson]
}
