// Commands whose results depend on time: `make test` runs these by themselves.
import LinuxIO
import TestSupport
import Testing

@Suite("A command that measures", .blocking, .serialized)
struct TimedCommandTests {
    @Test("finds the highest rate that keeps an objective, shows its steps, and confirms it")
    func findRate() throws {
        // Each answer takes 5 ms, of one client at a time: 200 per second are the most.
        let outcome = try LoadCommand.load(
            "Slow", 5, ["--clients", "1", "--find-rate", "p90<40ms", "--duration", "1s"])
        #expect(outcome.exit == .status(0), "\(outcome)")
        #expect(outcome.output.contains("try 100/s: kept") && outcome.output.contains("/s: missed"))
        let line = try #require(outcome.output.split(separator: "\n").last { $0.hasPrefix("The highest rate") })
        let rate = Int(line.filter(\.isNumber)) ?? 0
        #expect((100...215).contains(rate), "\(line)")
    }
}
