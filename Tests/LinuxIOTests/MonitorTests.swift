// Threads that wait for each other.
import LinuxIO
import Testing

@Suite("A monitor")
struct MonitorTests {
    @Test("lets a thread wait for what another does")
    func handOver() throws {
        let monitor = Monitor(0)
        try Thread.start(name: "test") {
            for _ in 0..<1000 { monitor.withLock { $0 += 1 } }
            monitor.wakeAll()
        }
        #expect(monitor.withLock(when: { $0 == 1000 }) { $0 } == 1000)
    }

    @Test("gives up waiting at the deadline, not before")
    func deadline() {
        let monitor = Monitor(false)
        let begin = Instant.now
        #expect(!monitor.wait(until: begin + .milliseconds(50)) { $0 })
        #expect(Instant.now - begin >= .milliseconds(50))
    }

    @Test("says at once that the state is ready")
    func ready() { #expect(Monitor(true).wait(until: .now) { $0 }) }
}
