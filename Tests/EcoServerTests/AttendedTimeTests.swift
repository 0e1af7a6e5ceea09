// Time that counts only while the thread runs.
import Testing

@testable import EcoServer

@Suite("A thread's time for its client")
struct AttendedTimeTests {
    @Test("is over once all of it has passed")
    func ends() {
        var time = AttendedTime(.seconds(2))
        for _ in 0..<19 { time.pass(.milliseconds(100), expected: .milliseconds(100)) }
        #expect(!time.isOver)
        time.pass(.milliseconds(100), expected: .milliseconds(100))
        #expect(time.isOver)
    }

    @Test("starts again if it would have run out while the process was stopped")
    func absence() {
        var time = AttendedTime(.seconds(2))
        time.pass(.seconds(1), expected: .milliseconds(100))
        #expect(time.left == .seconds(1))
        time.pass(.seconds(5), expected: .milliseconds(100))
        #expect(time.left == .seconds(2))
    }

    @Test("grows by what the client earns")
    func earning() {
        var time = AttendedTime(.seconds(2))
        time.earn(.seconds(3))
        time.pass(.milliseconds(150), expected: .milliseconds(100))
        #expect(time.left == .milliseconds(4850))
    }
}
