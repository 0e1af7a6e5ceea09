// Loads of servers that fail, and objectives.
import LinuxIO
import TestSupport
import Testing

@Suite("eco load that does not go well", .blocking)
struct FailedLoadCommandTests {
    @Test("keeps an objective, or says what it reached, by its exit status")
    func objectives() throws {
        try SpawnedServer.serving { server throws in
            let run = ["load", "\(server.port)"] + LoadCommand.short
            let kept = try Eco.run(run + ["--slo", "p99<10s,errors=0,rate>1"])
            #expect(kept.exit == .status(0) && kept.output.contains("Objective kept"))
            let missed = try Eco.run(run + ["--slo", "p50<1ns,errors=0"])
            #expect(missed.exit == .status(1) && missed.output.contains("Objective missed: p50<1ns: "))
        }
    }

    @Test(
        "keeps no objective where nobody is answered or the server goes, and says so by its exit status",
        arguments: [
            ("NeverAnswers", 0, [], 1), ("NeverAnswers", 0, ["--rate", "100"], 1), ("Silent", 0, [], 76),
            ("RefusesAll", 0, ["--hold"], 1), ("Reset", 0, [], 1), ("Dies", 40, [], 1), ("Silent", 0, ["--churn"], 76),
        ] as [(String, Int, [String], Int32)])
    func objectivesOfNothing(name: String, number: Int, arguments: [String], status: Int32) throws {
        let outcome = try LoadCommand.load(name, number, arguments + ["--slo", "p99<10s"])
        #expect(outcome.exit == .status(status), "\(outcome)")
        #expect(outcome.output.contains("Objective missed: p99<10s: ") && !outcome.output.contains("Objective kept"))
        #expect(!outcome.output.contains("VALID  ") || outcome.output.contains("INVALID  "), "\(outcome.output)")
    }

    @Test(
        "names what is wrong with a server in one line, with a status of its own",
        arguments: [
            ("WrongByte", 10, 65, "client"), ("Silent", 0, 76, "is silent"), ("ClosesHalfway", 300, 74, "closed 8"),
            ("Reset", 300, 74, "reset 8"), ("ShortGreeting", 0, 74, "closed 8"),
            ("RefusesHalf", 0, 75, "refused 4 of 8"),
            ("NeverAnswers", 0, 75, "8 without an answer"), ("WrongGreeting", 0, 65, "greeting, offset 23"),
        ] as [(String, Int, Int32, String)])
    func faults(name: String, number: Int, status: Int32, words: String) throws {
        let outcome = try LoadCommand.load(name, number)
        #expect(outcome.exit == .status(status), "\(outcome)")
        let complaint = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("eco: ") }
        #expect(complaint.count == 1 && complaint[0].contains(words), "\(outcome.errors)")
        // What was measured is still shown, below a word that is not VALID.
        #expect(outcome.output.contains("connections  asked 8"))
        #expect(outcome.output.contains("\nFAILED  ") || outcome.output.contains("\nINVALID  "), "\(outcome.output)")
    }

    @Test("says that a server did not keep the rate, and exits accordingly")
    func rateNotKept() throws {
        let outcome = try LoadCommand.load("Slow", 20, ["--clients", "1", "--rate", "300", "--duration", "1s"])
        #expect(outcome.output.contains("the rate was not kept: "), "\(outcome)")
        // On a machine that is too busy even for that the figures are INVALID; they are never taken for good.
        let isInvalid = outcome.output.contains("\nINVALID  ")
        #expect(outcome.exit == .status(isInvalid ? 70 : 75), "\(outcome)")
        #expect(outcome.output.contains("\nFAILED  ") || isInvalid)
    }

    @Test("fails if the rate was not kept, or the server has ended, even if an objective is kept")
    func objectiveKeptInVain() throws {
        let objective = ["--slo", "p1<100s"]
        let slow = try LoadCommand.load(
            "Slow", 20, ["--clients", "1", "--rate", "300", "--duration", "1s"] + objective)
        let isInvalid = slow.output.contains("\nINVALID  ")
        #expect(slow.exit == .status(isInvalid ? 70 : 75), "\(slow)")
        if !isInvalid {
            #expect(slow.output.contains("Objective kept") && slow.errors.contains("did not keep up"), "\(slow)")
        }
        let gone = try LoadCommand.load("EndsWithTheLast", 0, objective)
        #expect(gone.exit == .status(74) && gone.output.contains("Objective kept"), "\(gone)")
    }

    @Test("takes no memory for messages that come due and cannot be sent")
    func dueInVain() throws {
        try SpawnedServer.serving { server throws in
            // A queue of what is due would have 1.6 GB.
            var options = ChildProcess.Options()
            options.launcher = ["/bin/sh", "-c", "ulimit -v 1000000; exec \"$0\" \"$@\""]
            let outcome = try Eco.run(
                ["load", "\(server.port)", "--rate", "100M", "--duration", "1s", "--warmup", "0", "--clients", "10"],
                options, seconds: 120)
            #expect([.status(70), .status(75)].contains(outcome.exit), "\(outcome)")
            #expect(outcome.output.contains("100,000,000 came due"), "\(outcome.output)")
        }
    }

    @Test("says that a rate cannot be reached: the figures are INVALID")
    func rateTooHigh() throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                [
                    "load", "\(server.port)", "--rate", "20M", "--messages", "300000", "--warmup", "0", "--clients",
                    "20",
                ], seconds: 60)
            #expect(outcome.exit == .status(70), "\(outcome)")
            #expect(outcome.output.contains("INVALID") && outcome.errors.contains("INVALID"))
        }
    }
}
