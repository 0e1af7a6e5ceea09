// The loop, with the real kernel.
import LinuxIO
import Reactor
import Testing

/// Notes what it is told, and stops at a deadline or after so many events.
private struct Recorder: EventHandler {
    var events: [Int] = []
    var deadlines: [Int] = []
    var turns = 0
    var stopAfterEvents = Int.max
    var wakeTick = UInt32.max
    let waker: Waker

    mutating func ready(_ token: Token, _ readiness: Readiness, loop: inout EventLoop) {
        waker.acknowledge()
        events.append(token.slot)
        if events.count >= stopAfterEvents { loop.stop() }
    }

    mutating func deadlineReached(_ number: Int, loop: inout EventLoop) {
        deadlines.append(number)
        if number == 0 { loop.stop() }
    }

    mutating func turnEnded(loop: inout EventLoop) -> UInt32 {
        turns += 1
        return wakeTick
    }
}

@Suite("The event loop")
struct EventLoopTests {
    @Test("is woken from another thread, many calls at once")
    func waker() throws {
        let waker = try Waker()
        var loop = try EventLoop()
        try waker.register(in: loop, .source(3))
        for _ in 0..<100 { waker.wake() }
        var recorder = Recorder(stopAfterEvents: 1, waker: waker)
        try loop.run(&recorder)
        #expect(recorder.events == [3])

        try Thread.start(name: "test") { waker.wake() }
        recorder.stopAfterEvents = 2
        try loop.run(&recorder)
        #expect(recorder.events == [3, 3])
    }

    @Test("keeps exact deadlines, in their order and not early, and forgets those cancelled")
    func deadlines() throws {
        var loop = try EventLoop()
        var recorder = Recorder(waker: try Waker())
        let begin = Instant.now
        loop.deadlines.set(0, at: begin + .milliseconds(30))
        loop.deadlines.set(1, at: begin + .microseconds(1500))
        loop.deadlines.set(2, at: begin + .milliseconds(10))
        loop.deadlines.set(3, at: begin + .milliseconds(5))
        loop.deadlines.cancel(3)
        loop.deadlines.set(2, at: begin + .milliseconds(20))
        try loop.run(&recorder)
        #expect(recorder.deadlines == [1, 2, 0])
        #expect(Instant.now - begin >= .milliseconds(30))
    }

    @Test("Pitfall 15: sleeps while nothing is due: turns come from events and deadlines only")
    func sleeps() throws {
        var loop = try EventLoop()
        var recorder = Recorder(waker: try Waker())
        loop.deadlines.set(0, at: .now + .milliseconds(200))
        try loop.run(&recorder)
        // One before the first wait; the deadline stops the loop before the second turn ends.
        #expect(recorder.turns == 1)
    }

    @Test("wakes at the tick that its handler asks for")
    func ticks() throws {
        var loop = try EventLoop()
        var recorder = Recorder(wakeTick: 3, waker: try Waker())
        let begin = Instant.now
        loop.deadlines.set(0, at: begin + .milliseconds(250))
        try loop.run(&recorder)
        // From the third tick on, at 200 ms, it is due at once in every turn.
        #expect(recorder.turns > 2)
        #expect(loop.tick == 3)
    }
}
