// Time that counts only while the server runs.
import Testing

@testable import EcoServer

@Suite("A client's time")
struct AttendedTimeTests {
    @Test("is over once all of it has passed")
    func ends() {
        var time = AttendedTime(Duration.seconds(2))
        for _ in 0..<19 { time.pass(.milliseconds(100), expected: .milliseconds(100)) }
        #expect(!time.isOver)
        time.pass(.milliseconds(100), expected: .milliseconds(100))
        #expect(time.isOver)
    }

    @Test("starts again if it would have run out while the process was stopped")
    func absence() {
        var time = AttendedTime(Duration.seconds(2))
        time.pass(.seconds(1), expected: .milliseconds(100))
        #expect(time.left == .seconds(1))
        time.pass(.seconds(5), expected: .milliseconds(100))
        #expect(time.left == .seconds(2))
    }

    @Test("starts again once, until the client does something; in ticks as in durations")
    func once() {
        var time = AttendedTime(20)
        time.pass(25, wasAbsent: true)
        #expect(time.left == 20)
        // Nothing was earned.
        time.earn(0)
        time.pass(25, wasAbsent: true)
        #expect(time.isOver)
        time.earn(10)
        time.pass(5, wasAbsent: true)
        #expect(time.left == 20)
    }

    @Test("goes on where it was left, with its excuse")
    func resumed() {
        var time = AttendedTime(20, left: 3, Excuse(isTaken: true))
        time.pass(2, wasAbsent: true)
        #expect(!time.isOver)
        time.pass(1, wasAbsent: true)
        #expect(time.isOver)
    }

    @Test("grows by what the client earns")
    func earning() {
        var time = AttendedTime(Duration.seconds(2))
        time.earn(.seconds(3))
        time.pass(.milliseconds(150), expected: .milliseconds(100))
        #expect(time.left == .milliseconds(4850))
    }
}
