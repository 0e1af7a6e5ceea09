// What an experiment measures of servers whose behaviour is known, on a machine that does nothing else.
import EcoLoad
import TestSupport
import Testing

@Suite("A quiet experiment", .blocking, .serialized)
struct ExperimentTimedTests {
    @Test("measures a delay, and the processor time that a text burns, as they are")
    func known() throws {
        let known = try ExperimentTests.Known()
        // What a text costs besides is some 10 us, in a build with assertions and under the seam some more.
        #expect((200...240).contains(known.burnt), "\(known.burnt) us")
        let median = known.times.percentile(50)
        #expect((20_000_000...23_000_000).contains(median), "\(median) ns")
        #expect((4300...5100).contains(known.rate), "\(known.rate)/s")
    }
}
