// How long a check takes at most.
import EcoCheck
import TestSupport
import Testing

@Suite("A check", .blocking, .serialized)
struct CheckerTimedTests {
    @Test(
        "is over within 20 seconds, whatever the server does",
        arguments: [
            Peers.lesson, "python3 \(Peers.folder)/faulty.py says-nothing {port}",
            "python3 \(Peers.folder)/faulty.py drips {port}",
        ])
    func duration(command: String) throws {
        let report = try Peers.check(command)
        #expect(report.duration < .seconds(20), "\(report.duration)")
    }

    @Test("ends within 20 seconds even if the server cannot be started again")
    func startsOnce() throws {
        let report = try Peers.startingOnce { try Peers.check($0) }
        #expect(report.duration < .seconds(20), "\(report.duration)")
    }
}
