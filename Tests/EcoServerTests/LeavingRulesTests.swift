// How a server leaves, by the clock of whoever tells it the time.
import LinuxIO
import Reactor
import Testing

@testable import EcoServer

@Suite("The rules of leaving")
struct LeavingRulesTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static let timeout = Duration.seconds(10)

    private static func begun(at moment: Instant = start) -> Leaving {
        var leaving = Leaving(timeout: timeout)
        leaving.begin(at: moment)
        return leaving
    }

    @Test(
        "begins at the first request; the same once more is an echo, and a later one does not wait",
        arguments: [Signal.terminate, .interrupt, .hangUp])
    func requests(signal: Signal) {
        var leaving = Leaving(timeout: Self.timeout)
        let arrival = SignalArrival(signal: signal, sender: 7)
        #expect(leaving.order(of: arrival, at: Self.start) == .leave)
        leaving.begin(at: Self.start)
        #expect(leaving.order(of: arrival, at: Self.start) == .nothing)
        #expect(leaving.order(of: arrival, at: Self.start + LeaveRequests.echoDuration) == .nothing)
        #expect(leaving.order(of: arrival, at: Self.start + .seconds(1)) == .quit(signal))
        #expect(leaving.order(of: ServerControl.Request.drain, at: Self.start + .seconds(1)) == .quit(nil))
    }

    @Test("obeys a program as it obeys signals, and tells the counters to whoever asks")
    func control() {
        var leaving = Leaving(timeout: Self.timeout)
        #expect(leaving.order(of: ServerControl.Request.report, at: Self.start) == .report(nil))
        #expect(leaving.order(of: SignalArrival(signal: .report, sender: 7), at: Self.start) == .report(7))
        #expect(leaving.order(of: ServerControl.Request.quit, at: Self.start) == .quit(nil))
        #expect(leaving.order(of: SignalArrival(signal: .kick, sender: 7), at: Self.start) == .nothing)
        #expect(leaving.order(of: ServerControl.Request.drain, at: Self.start) == .leave)
    }

    @Test("does not begin twice: who has lost its listeners leaves already when it is asked to")
    func withoutListeners() {
        var leaving = Leaving(timeout: Self.timeout)
        leaving.loseListeners()
        leaving.begin(at: Self.start)
        #expect(leaving.order(of: ServerControl.Request.drain, at: Self.start) == .nothing)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: false) == .listenersDied(cut: 0))
        #expect(leaving.outcome(clientsLeft: 2, hasBacklog: true) == .listenersDied(cut: 2))
    }

    @Test("is over at its deadline, and not before")
    func deadline() {
        var leaving = Leaving(timeout: Self.timeout)
        #expect(!leaving.isTimeUp(at: .init(nanoseconds: .max), nil), "it has not begun")
        leaving = Self.begun()
        #expect(!leaving.isTimeUp(at: Self.start + .seconds(9), nil))
        #expect(leaving.isTimeUp(at: Self.start + .seconds(10), nil))
    }

    @Test("has its time again if its deadline came while nobody looked, once; then a last look")
    func absence() {
        var leaving = Self.begun()
        var now = Self.start
        for grace in [Self.timeout, .milliseconds(100)] {
            let due = leaving.deadline!
            now = due + .seconds(5)
            // An absence before the deadline is no excuse.
            var other = leaving
            #expect(other.isTimeUp(at: now, Absence(from: due - .seconds(2), to: due - .seconds(1))))
            #expect(!leaving.isTimeUp(at: now, Absence(from: due - .seconds(1), to: now)))
            #expect(leaving.deadline == now + grace)
        }
        let due = leaving.deadline!
        #expect(leaving.isTimeUp(at: due + .seconds(5), Absence(from: due - .seconds(1), to: due + .seconds(5))))
    }

    @Test("was in good order if nobody lost an answer, and nobody waits who was never greeted")
    func outcomes() {
        var leaving = Leaving(timeout: Self.timeout)
        leaving.noteLoss()  // Before it began, a loss has nothing to do with leaving.
        leaving.begin(at: Self.start)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: false) == .drained)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: true) == .cut(clients: 0))
        #expect(leaving.outcome(clientsLeft: 3, hasBacklog: false) == .cut(clients: 3))
        leaving.noteLoss()
        #expect(leaving.outcome(clientsLeft: 3, hasBacklog: false) == .cut(clients: 4))
    }
}
