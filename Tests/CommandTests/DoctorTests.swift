// `eco doctor` says whether the machine can carry that many clients.
import LinuxIO
import TestSupport
import Testing

@Suite("The doctor", .blocking)
struct DoctorTests {
    /// Each check's line, without the commands below it and the sentence at the end.
    private static func verdicts(in output: String) -> [Substring] {
        output.split(separator: "\n").filter { $0.hasPrefix("ok ") || $0.hasPrefix("NO ") }
    }

    @Test(
        "says ok or NO of each limit, and exits accordingly",
        arguments: [
            [], ["1"], ["10000"], ["500000"], ["1000000000"],
        ])
    func verdicts(arguments: [String]) throws {
        let outcome = try Eco.run(["doctor"] + arguments)
        let verdicts = Self.verdicts(in: outcome.output)
        for subject in ["descriptors", "backlog", "conntrack", "kernel memory", "eco's own memory"] {
            #expect(verdicts.contains { $0.contains(subject) }, "nothing about \(subject)")
        }
        #expect(outcome.exit == .status(verdicts.contains { $0.hasPrefix("NO") } ? 1 : 0))
        #expect(outcome.errors == "")
    }

    @Test(
        "accepts one client, and says NO to more than the limit on descriptors, with the command that fixes it")
    func descriptors() throws {
        var options = ChildProcess.Options()
        options.descriptorLimit = 200
        #expect(try Eco.run(["doctor", "1"], options).exit == .status(0))
        let outcome = try Eco.run(["doctor", "1000"], options)
        #expect(outcome.exit == .status(1))
        let lines = outcome.output.split(separator: "\n")
        let index = try #require(lines.firstIndex { $0.hasPrefix("NO") && $0.contains("descriptors") })
        #expect(lines[index].contains("200"))
        #expect(lines[index + 1].contains("ulimit -Hn"))
    }
}
