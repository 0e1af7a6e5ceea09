// Singular and plural: messages about one thing.
import Glibc
import LinuxIO
import TestSupport
import Testing

extension String {
    /// The first place where one thing is called by its plural; nil if there is none.
    var pluralOfOne: String? {
        let things =
            "clients|messages|connections|errors|rounds|lines|threads|processors|overflows|drops|switches|runs|trials|tries|verdicts|repeats|cases|checks|texts|bytes|clientes|casos|textos|linhas"
        // No digit before it: 21, 0.1 and 1,001 are several.
        guard let expression = try? Regex("(^|[^0-9.,/])1 (\(things))\\b") else { return "no expression" }
        return firstMatch(of: expression).map { String(self[$0.range]) }
    }
}

@Suite("One of each", .blocking)
struct OneOfEachTests {
    @Test("is detected wherever a 1 stands before a plural, and nowhere else")
    func expression() {
        #expect("there is 1 clients".pluralOfOne != nil && "1 casos".pluralOfOne != nil)
        for text in ["1 client", "21 clients", "0.1 errors", "1,001 clients", "1 of 2 clients", "1 s", "11 clients"] {
            #expect(text.pluralOfOne == nil, "\(text)")
        }
    }

    @Test("is reported by the doctor")
    func doctor() throws {
        let outcome = try Eco.run(["doctor", "1"])
        #expect(outcome.output.hasSuffix("This machine can carry 1 client.\n"), "\(outcome.output)")
        var options = ChildProcess.Options()
        options.descriptorLimit = 16
        let limited = try Eco.run(["doctor", "1"], options)
        #expect(limited.output.contains("cannot carry 1 client yet: 1 of "), "\(limited.output)")
        #expect(limited.output.contains("checks says NO") && limited.output.pluralOfOne == nil)
        let refused = try Eco.run(["--port", "0"], options)
        #expect(refused.errors.hasPrefix("eco: 1 client needs "), "\(refused.errors)")
    }

    @Test(
        "is reported by a load, while it runs and at its end",
        arguments: [
            ["--messages", "1"], ["--rate", "1", "--duration", "1200ms", "--warmup", "0"], ["--hold"],
            ["--churn", "--messages", "1"],
        ])
    func load(arguments: [String]) throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(
                ["load", "\(server.port)", "--clients", "1", "--pid", "\(server.process.pid)"] + arguments)
            #expect(outcome.output.hasPrefix("eco load: 1 client"), "\(outcome)")
            #expect(outcome.output.pluralOfOne == nil && outcome.errors.pluralOfOne == nil, "\(outcome)")
        }
    }

    @Test("is reported by a load that goes wrong")
    func failingLoad() throws {
        for fault in ["Silent", "ShortGreeting", "Reset", "ClosesHalfway"] {
            let outcome = try LoadCommand.load(fault, 3, ["--clients", "1", "--messages", "1"])
            #expect(outcome.exit != .status(0))
            #expect(outcome.output.pluralOfOne == nil && outcome.errors.pluralOfOne == nil, "\(outcome)")
        }
        let threads = try Eco.run(["load", "1", "--clients", "1", "--threads", "2"])
        #expect(threads.errors.pluralOfOne == nil && threads.exit == .status(64))
    }

    @Test("is reported by a check, in both languages", arguments: ["en", "pt"])
    func check(language: String) throws {
        try SpawnedServer.serving { server throws in
            let outcome = try Eco.run(["check", "\(server.port)", "--only", "1.1", "--lang", language], seconds: 60)
            #expect(outcome.exit == .status(0), "\(outcome)")
            #expect(outcome.output.contains(language == "en" ? "in the one case" : "no único caso"))
            #expect(outcome.output.pluralOfOne == nil, "\(outcome.output)")
        }
    }
}
