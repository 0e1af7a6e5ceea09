// The checker, checked: servers that are wrong in one way each, one that is right, and the lesson's.
import EcoCheck
import EcoServer
import Glibc
import LinuxIO
import ServerHarness
import TestSupport
import Testing

@Suite("The checker", .blocking)
struct CheckerTests {
    @Test("fails a faulty server at the cases of its fault", arguments: Peers.faulty)
    func faulty(server: Peers.Faulty) throws {
        let report = try Peers.check(server.command, only: server.cases)
        #expect(report.unpassed == server.cases.sorted(), "\(report.account)")
    }

    @Test("has a failing server for every case")
    func everyCase() {
        let failed = Set(Peers.faulty.flatMap(\.cases))
        #expect(failed == Set(CheckCatalog.all.map(\.id)))
    }

    @Test("passes a correct server in every case, with every seed", arguments: [1, 2, 3] as [UInt64])
    func right(seed: UInt64) throws {
        let report = try Peers.check(Peers.right, seed: seed)
        #expect(report.unpassed == [], "\(report.account)")
        #expect(report.results.count == CheckCatalog.all.count)
    }

    @Test("passes the lesson's design at the lesson's level, and names its known faults beyond it")
    func lesson() throws {
        let report = try Peers.check(Peers.lesson)
        #expect(report.holds(.lesson), "\(report.account)")
        #expect(!report.holds(.robust))
        let robust = report.results.filter { $0.test.level == .robust && !$0.hasPassed }.map(\.test.id)
        // Decoding each read by itself, looking for tchau in reads and not in lines, a plain close, no SO_REUSEADDR.
        #expect(
            robust == ["3.2", "3.5", "3.6", "3.7", "3.9", "4.5", "4.6", "4.7", "4.9", "4.10", "5.3", "5.4", "8.1"],
            "\(report.account)")
    }

    @Test("finishes with a silent server: every case fails")
    func silent() throws {
        let report = try Peers.check("python3 \(Peers.folder)/faulty.py says-nothing {port}")
        #expect(report.unpassed.count == CheckCatalog.all.count)
    }

    @Test("finishes with a server that sends byte by byte, and never calls it silent")
    func drips() throws {
        let report = try Peers.check("python3 \(Peers.folder)/faulty.py drips {port}")
        #expect(report.failed.count > 40, "\(report.account)")
        #expect(!report.account.contains("silence"), "\(report.account)")
    }

    @Test(
        "says that there was not enough time for an answer that comes byte by byte, and does not count that as a failure"
    )
    func answersBitByBit() throws {
        let report = try Peers.check(
            "python3 \(Peers.folder)/slow.py {port}", only: ["2.1", "2.5"], patience: 0.5)
        #expect(report.results.map(\.hasPassed) == [true, false] && report.failed.isEmpty, "\(report.account)")
        #expect(report.account.contains("there was not enough time"), "\(report.account)")
    }

    @Test("does not take distance for silence: it waits longer, or repeats slow steps less often")
    func distance() throws {
        let report = try Peers.check(Peers.far(60), only: ["3.9", "5.5", "7.6", "7.10", "7.11"], patience: 1)
        #expect(report.failed.isEmpty, "\(report.account)")
        // On a busy machine there may be time only for the first: the report says so, and it is no failure.
        #expect(report.results.first?.hasPassed == true, "\(report.account)")
        let unknown = report.results.filter { !$0.hasPassed }
        #expect(
            unknown.count <= 4 && report.account.contains("there was not enough time") == !unknown.isEmpty,
            "\(report.account)")
    }

    @Test("measures a round trip that is longer than the usual limit on silence")
    func greatDistance() throws {
        // Without a measurement an answer may take 0.15 s here, and the first one 0.75 s.
        let report = try Peers.check(Peers.far(400), only: ["1.1", "2.1", "2.2"], patience: 0.3)
        #expect(report.unpassed == [], "\(report.account)")
        let roundTrip = try #require(report.roundTrip)
        #expect(roundTrip >= .milliseconds(400))
    }

    @Test("does not explain an answer that is only late")
    func lateAnswer() throws {
        let report = try Peers.check("python3 \(Peers.folder)/late.py {port} 0.6", only: ["2.1", "2.2"], patience: 0.5)
        #expect(report.failed.map(\.test.id) == ["2.2"], "\(report.account)")
        #expect(report.failed.map(\.isExplained) == [false], "\(report.account)")
    }

    @Test("reaches a server to which a connection takes a second")
    func lateConnection() throws {
        let server = try ChildProcess("python3", ["\(Peers.folder)/busy.py"])
        defer { server.send(signal: SIGKILL) }
        #expect(server.wait(.output) { $0.contains("\n") }, "\(server.errors)")
        let port = try #require(UInt16(server.output.prefix { $0 != "\n" }))
        var run = CheckRun(.addresses([.loopback(port: port)]), name: "busy.py")
        // The kernel repeats the SYN after a second, and a usual answer may take half of that.
        run.patience = 1
        run.cases = [try #require(CheckCatalog.case("2.1"))]
        let report = try run.run()
        #expect(report.unpassed == [], "\(report.account)")
    }

    @Test("runs all cases even if the server cannot be started again, and says so")
    func startsOnce() throws {
        let report = try Peers.startingOnce { try Peers.check($0) }
        #expect(report.results.count == CheckCatalog.all.count)
        #expect(report.results.first?.hasPassed == true && report.failed.count > 30)
        #expect(report.account.contains("ja rodou"), "\(report.account)")
    }

    @Test("finds that a server serves one client at a time, and says so once")
    func oneAtATime() throws {
        let server = try #require(Peers.faulty.first { $0.name == "serves-one-at-a-time" })
        let report = try Peers.check(server.command)
        #expect(!report.servesSeveralClients)
        #expect(report.failed.map(\.test.id) == ["1.4"], "\(report.account)")
        #expect(report.prevented.allSatisfy { $0.test.needs.contains(.severalClients) })
        // The lesson's whole point is worth more than any other case.
        #expect(report.score(.lesson).points == 26 && report.score(.lesson).pointsPossible == 42)
    }

    @Test(
        "fails one fault of the greeting at one case, and looks at all else",
        arguments: [
            ("greets-without-the-full-stop", []), ("greets-without-a-newline", []), ("greets-in-other-words", []),
            ("prompts-behind-the-greeting", []), ("never-greets", ["1.2", "1.3", "1.5"]),
        ])
    func greeting(name: String, prevented: [String]) throws {
        let report = try Peers.check("python3 \(Peers.folder)/faulty.py \(name) {port}")
        #expect(report.failed.map(\.test.id) == ["1.1"], "\(report.account)")
        #expect(report.failed.map(\.mistake) == [.greetingAndNumbers], "\(report.account)")
        #expect(report.prevented.map(\.test.id) == prevented, "\(report.account)")
    }

    @Test(
        "asks for numbers only where numbers are the question, and for an echo only where that is",
        arguments: [
            ("everybody-is-one", ["1.2", "1.5"]), ("upper-cases-in-turkish", []), ("reads-until-it-is-full", []),
        ])
    func numbers(name: String, failed: [String]) throws {
        // Case 1.4 asks for an echo, and for no numbers.
        let ids = failed.isEmpty ? ["1.1", "1.2", "1.3", "1.5"] : ["1.1", "1.2", "1.3", "1.4", "1.5"]
        let report = try Peers.check("python3 \(Peers.folder)/faulty.py \(name) {port}", only: ids)
        #expect(report.unpassed == failed, "\(report.account)")
    }

    @Test("says what came after the greeting, and that nothing should have")
    func prompt() throws {
        let report = try Peers.check(
            "python3 \(Peers.folder)/faulty.py prompts-behind-the-greeting {port}", only: ["1.1"])
        #expect(report.account.contains("nothing after the greeting"), "\(report.account)")
        #expect(report.account.contains("got       \"> \"\n"), "\(report.account)")
    }

    @Test("puts a mark below the first character of a greeting that is wrong")
    func greetingMark() throws {
        let report = try Peers.check(
            "python3 \(Peers.folder)/faulty.py greets-without-the-full-stop {port}", only: ["1.1"])
        let lines = report.account.split(separator: "\n").map(String.init)
        let got = try #require(lines.firstIndex { $0.contains("got       ") })
        let mark = try #require(lines[got + 1].firstIndex(of: "^"))
        let column = lines[got + 1].distance(from: lines[got + 1].startIndex, to: mark)
        #expect(lines[got].dropFirst(column).hasPrefix("\\n\""), "\(report.account)")
    }

    @Test(
        "explains a failure by what came, and not by the case",
        arguments: [
            ("faulty.py ends-lines-in-its-own-way {port}", "1.1", .ownLineEnds),
            ("faulty.py reads-until-it-is-full {port}", "2.1", .readingUntilFull),
            ("faulty.py reads-until-the-end {port}", "2.1", .readingUntilTheEnd),
            ("faulty.py waits-for-the-newline {port}", "3.2", .waitingForANewline),
            ("faulty.py sends-a-nul-too {port}", "2.1", .nulBehindTheText),
            ("faulty.py answers-from-a-stale-buffer {port}", "2.1", .staleBuffer),
            ("faulty.py shares-a-buffer {port}", "1.4", .sharedBuffer),
            ("faulty.py address-of-a-loop-variable {port}", "1.5", .addressOfALoopVariable),
            ("faulty.py upper-cases-in-turkish {port}", "3.1", .turkishUpperCase),
            ("faulty.py upper-cases-latin {port}", "3.3", .latin1UpperCase),
            ("faulty.py upper-cases-latin {port}", "3.6", .latin1UpperCase),
            ("forking.py {port} keep", "4.1", .parentKeepsItsCopy),
            ("forking.py {port} keep", "5.1", .parentKeepsItsCopy),
        ] as [(String, String, Mistake)])
    func explanation(server: String, id: String, mistake: Mistake) throws {
        let report = try Peers.check("python3 \(Peers.folder)/\(server)", only: [id])
        #expect(report.failed.map(\.mistake) == [mistake], "\(report.account)")
        #expect(report.failed.allSatisfy { $0.isExplained }, "\(report.account)")
    }

    @Test("accepts a process per client if the parent closes its copy")
    func forking() throws {
        let report = try Peers.check("python3 \(Peers.folder)/forking.py {port}", only: ["1.4", "4.1", "5.1", "7.7"])
        #expect(report.unpassed == [], "\(report.account)")
    }

    @Test(
        "asks the process that listens to leave, whoever has started it",
        arguments: [
            "sh -c '\(Peers.right) & wait'", "sh -c '\(Peers.right) & exit 3'", "sh -c '\(Peers.right); true'",
            "python3 -c 'import subprocess, sys; subprocess.run(sys.argv[1:])' \(Peers.right)",
        ])
    func launchers(command: String) throws {
        let report = try Peers.check(command, only: ["8.2"])
        #expect(report.unpassed == [], "\(report.account)")
    }

    @Test("still sees that a server leaves without an answer, even behind a launcher")
    func rudeBehindLauncher() throws {
        let report = try Peers.check(
            "sh -c 'python3 \(Peers.folder)/faulty.py dies-of-sigterm {port} &'", only: ["8.2"])
        #expect(report.unpassed == ["8.2"], "\(report.account)")
    }
}

@Suite("Our own models", .blocking)
struct OwnModelTests {
    @Test("keep the protocol at every level", arguments: Model.all)
    func check(model: Model) throws {
        let report = try Peers.check("exec \(Eco.path) serve --model \(model.name) --port {port}")
        if model.keeps(.manyClients) {
            #expect(report.unpassed == [], "\(report.account)")
        } else {
            // By design: other clients wait.
            #expect(report.failed.map(\.test.id) == ["1.4"], "\(report.account)")
            #expect(!report.servesSeveralClients)
        }
    }
}
