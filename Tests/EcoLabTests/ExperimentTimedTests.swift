// What an experiment measures of servers whose behaviour is known, on a machine that does nothing else.
import EcoLoad
import LinuxIO
import TestSupport
import Testing

@testable import EcoLab

@Suite("A quiet experiment", .blocking, .serialized)
struct ExperimentTimedTests {
    @Test("measures a delay, and the processor time that a text burns, as they are")
    func known() throws {
        let made = try ExperimentTests.knownServers()
        defer { made.remove() }
        #expect(made.outcome.exit == .status(0), "\(made.outcome.errors)")
        let analysis = try made.analysis
        // What a text costs besides is some 10 us, in a build with assertions and under the seam some more.
        let burnt = try #require(analysis.estimate("burns", JudgedFigure("peak", .processorTime)))
        #expect((200...240).contains(burnt.mean), "\(burnt.mean) us")
        let times = analysis.times("waits", "peak") { $0.planned }
        #expect((20_000_000...23_000_000).contains(times.percentile(50)), "\(times.percentile(50)) ns")
        // 100 clients that each wait for 20 ms: in a window of a second 50 or 51 bursts of a hundred begin.
        let rate = try #require(analysis.estimate("waits", JudgedFigure("peak", .rate)))
        #expect((4300...5100).contains(rate.mean), "\(rate.mean)/s")
    }
}
