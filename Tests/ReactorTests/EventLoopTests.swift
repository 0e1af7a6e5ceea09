// The loop, with the real kernel.
import LinuxIO
import Reactor
import TestSupport
import Testing

/// Owns a loop, notes what it brings, and stops at a deadline or after so many events.
private struct Recorder: ~Copyable {
    var loop: EventLoop<EpollPoller>
    var events: [Int] = []
    var deadlines: [Int] = []
    var turns = 0
    var stopAfterEvents = Int.max
    var wakeTick = UInt32.max
    let waker: Waker

    init(_ waker: Waker) throws {
        self.waker = waker
        loop = try EventLoop()
    }

    mutating func run() throws {
        while !loop.isStopped {
            let count = try loop.wait(until: wakeTick)
            for index in 0..<count where !loop.isStopped {
                waker.acknowledge()
                events.append(loop.event(index).token.slot)
                if events.count >= stopAfterEvents { loop.stop() }
            }
            loop.eventsAreHandled()
            while !loop.isStopped, let number = loop.popDeadline() {
                deadlines.append(number)
                if number == 0 { loop.stop() }
            }
            turns += 1
            loop.turnIsOver()
        }
    }
}

@Suite("The event loop", .blocking)
struct EventLoopTests {
    @Test("is woken from another thread, once for many calls")
    func waker() throws {
        let waker = try Waker()
        var recorder = try Recorder(waker)
        try waker.register(in: &recorder.loop, .source(3))
        for _ in 0..<100 { waker.wake() }
        recorder.stopAfterEvents = 1
        try recorder.run()
        #expect(recorder.events == [3])

        var another = try Recorder(waker)
        try waker.register(in: &another.loop, .source(4))
        another.stopAfterEvents = 1
        try Thread.start(name: "test") { waker.wake() }
        try another.run()
        #expect(another.events == [4])
    }

    @Test("keeps exact deadlines, in their order and not early, and forgets those cancelled")
    func deadlines() throws {
        var recorder = try Recorder(try Waker())
        let begin = Instant.now
        recorder.loop.deadlines.set(0, at: begin + .milliseconds(30))
        recorder.loop.deadlines.set(1, at: begin + .microseconds(1500))
        recorder.loop.deadlines.set(2, at: begin + .milliseconds(10))
        recorder.loop.deadlines.set(3, at: begin + .milliseconds(5))
        recorder.loop.deadlines.cancel(3)
        recorder.loop.deadlines.set(2, at: begin + .milliseconds(20))
        try recorder.run()
        #expect(recorder.deadlines == [1, 2, 0])
        #expect(Instant.now - begin >= .milliseconds(30))
    }

    @Test("Pitfall 15: sleeps while nothing is due: turns come from events and deadlines only")
    func sleeps() throws {
        var recorder = try Recorder(try Waker())
        recorder.loop.deadlines.set(0, at: .now + .milliseconds(200))
        try recorder.run()
        #expect(recorder.turns == 1)
    }

    @Test("wakes at the tick that its owner asks for")
    func ticks() throws {
        var recorder = try Recorder(try Waker())
        recorder.wakeTick = 3
        let begin = Instant.now
        recorder.loop.deadlines.set(0, at: begin + .milliseconds(250))
        try recorder.run()
        // From the third tick on, at 200 ms, it is due at once in every turn.
        #expect(recorder.turns > 2)
        #expect(recorder.loop.tick >= 3)
    }
}
