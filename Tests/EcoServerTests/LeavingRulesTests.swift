// How a server leaves, with times that the test chooses.
import LinuxIO
import Reactor
import Testing

@testable import EcoServer

@Suite("The rules of leaving")
struct LeavingRulesTests {
    private static let start = Instant(nanoseconds: 1_000_000_000)
    private static let timeout = Duration.seconds(10)
    private static var configuration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.drainTimeout = timeout
        return configuration
    }

    private static let limits = ServerLimits(maxClients: 10, maxRefusals: 1, backlog: 4)

    private static func begun(at moment: Instant = start) -> Leaving {
        var leaving = Leaving(configuration, limits)
        leaving.begin(at: moment, listeners: 1)
        return leaving
    }

    /// What is asked comes to this order.
    private func expect(
        _ order: Leaving.Order, of arrival: SignalArrival, at moment: Instant, _ leaving: inout Leaving,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let given = leaving.order(of: arrival, at: moment)
        #expect(given == order, sourceLocation: location)
    }

    private func expect(
        _ order: Leaving.Order, of request: ServerControl.Request, at moment: Instant, _ leaving: inout Leaving,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let given = leaving.order(of: request, at: moment)
        #expect(given == order, sourceLocation: location)
    }

    @Test(
        "begins at the first request, ignores its repetition within 0.2 s, and quits at a later one",
        arguments: [Signal.terminate, .interrupt, .hangUp])
    func requests(signal: Signal) {
        var leaving = Leaving(Self.configuration, Self.limits)
        let arrival = SignalArrival(signal: signal, sender: 7)
        expect(.leave, of: arrival, at: Self.start, &leaving)
        leaving.begin(at: Self.start, listeners: 1)
        expect(.nothing, of: arrival, at: Self.start, &leaving)
        expect(.nothing, of: arrival, at: Self.start + LeaveRequests.echoDuration, &leaving)
        expect(.quit(signal), of: arrival, at: Self.start + .seconds(1), &leaving)
        expect(.quit(nil), of: ServerControl.Request.drain, at: Self.start + .seconds(1), &leaving)
    }

    @Test("treats requests of a program like signals, and sends a report to the process that asked for it")
    func control() {
        var leaving = Leaving(Self.configuration, Self.limits)
        expect(.report(nil), of: ServerControl.Request.report, at: Self.start, &leaving)
        expect(.report(7), of: SignalArrival(signal: .report, sender: 7), at: Self.start, &leaving)
        expect(.quit(nil), of: ServerControl.Request.quit, at: Self.start, &leaving)
        expect(.nothing, of: SignalArrival(signal: .kick, sender: 7), at: Self.start, &leaving)
        expect(.leave, of: ServerControl.Request.drain, at: Self.start, &leaving)
    }

    @Test("does not begin a second time if the server is already leaving because its listeners died")
    func withoutListeners() {
        var leaving = Leaving(Self.configuration, Self.limits)
        let order = leaving.loseListeners()
        #expect(order == .leave)
        leaving.begin(at: Self.start, listeners: 0)
        #expect(leaving.hasTakenBacklog)
        expect(.nothing, of: ServerControl.Request.drain, at: Self.start, &leaving)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: false) == .listenersDied(cut: 0))
        #expect(leaving.outcome(clientsLeft: 2, hasBacklog: true) == .listenersDied(cut: 2))
    }

    @Test("that was asked for is what it was, even if the listeners die meanwhile")
    func listenersDieLate() {
        var leaving = Self.begun()
        let order = leaving.loseListeners()
        #expect(order == .nothing)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: false) == .drained)
    }

    @Test("has three phases, and the first outcome stands")
    func phases() {
        var leaving = Leaving(Self.configuration, Self.limits)
        #expect(leaving.phase == .serving && !leaving.hasBegun)
        leaving.begin(at: Self.start, listeners: 1)
        #expect(leaving.phase == .leaving && leaving.hasBegun)
        leaving.quit(by: .terminate)
        #expect(leaving.phase == .over)
        let outcome = leaving.finish(clientsLeft: 3, hasBacklog: true)
        #expect(outcome == .quit(.terminate))
        // One that quits without having begun to leave does not begin afterwards.
        leaving = Leaving(Self.configuration, Self.limits)
        leaving.quit(by: nil)
        expect(.nothing, of: ServerControl.Request.drain, at: Self.start, &leaving)
    }

    @Test("times out at its deadline and not earlier, and never before it has begun")
    func deadline() {
        var leaving = Leaving(Self.configuration, Self.limits)
        let isOverUnbegun = leaving.judgeDeadline(at: .init(nanoseconds: .max), nil)
        leaving = Self.begun()
        let isOverBefore = leaving.judgeDeadline(at: Self.start + .seconds(9), nil)
        let isOver = leaving.judgeDeadline(at: Self.start + .seconds(10), nil)
        #expect(!isOverUnbegun && !isOverBefore && isOver)
    }

    @Test("gets its time again, once, if the process was stopped at the deadline; then 0.1 s, then nothing")
    func absence() {
        var leaving = Self.begun()
        var now = Self.start
        for grace in [Self.timeout, .milliseconds(100)] {
            let due = leaving.deadline!
            now = due + .seconds(5)
            // An absence before the deadline is no excuse.
            var other = leaving
            let isOver = other.judgeDeadline(at: now, Absence(from: due + .seconds(-2), to: due + .seconds(-1)))
            let isOverAfterAbsence = leaving.judgeDeadline(at: now, Absence(from: due + .seconds(-1), to: now))
            #expect(isOver && !isOverAfterAbsence)
            #expect(leaving.deadline == now + grace)
        }
        let due = leaving.deadline!
        now = due + .seconds(5)
        let isOver = leaving.judgeDeadline(at: now, Absence(from: due + .seconds(-1), to: now))
        #expect(isOver)
    }

    @Test("has drained if no client was cut off, no answer was lost and the backlog is empty")
    func outcomes() {
        var leaving = Leaving(Self.configuration, Self.limits)
        leaving.noteLoss()  // Before it began, a loss has nothing to do with leaving.
        leaving.begin(at: Self.start, listeners: 1)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: false) == .drained)
        #expect(leaving.outcome(clientsLeft: 0, hasBacklog: true) == .cut(clients: 0))
        #expect(leaving.outcome(clientsLeft: 3, hasBacklog: false) == .cut(clients: 3))
        leaving.noteLoss()
        #expect(leaving.outcome(clientsLeft: 3, hasBacklog: false) == .cut(clients: 4))
    }

    @Test("takes what the backlogs of all listeners can hold, and no client that comes later")
    func backlog() {
        var leaving = Leaving(Self.configuration, Self.limits)
        leaving.begin(at: Self.start, listeners: 2)
        // The kernel holds one more than it is asked for.
        leaving.takeFromBacklog(9)
        #expect(!leaving.hasTakenBacklog)
        leaving.takeFromBacklog(1)
        #expect(leaving.hasTakenBacklog)
    }
}
