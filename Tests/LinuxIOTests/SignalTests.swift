// Signals as data, and threads that are interrupted.
import CLinux
import LinuxIO
import Testing

@Suite("Signals")
struct SignalTests {
    @Test("that are blocked arrive at the descriptor")
    func descriptor() throws {
        // Sent to a thread of its own, so that no other thread of the tests takes it.
        let seen = Monitor<Signal?>(nil)
        try Thread.start(name: "test") {
            guard let signals = try? SignalDescriptor([.report]) else { return }
            _ = clinux_interrupt_thread(Thread.current, Signal.report.rawValue)
            let arrival = signals.next()
            seen.withLock { $0 = arrival?.sender == Proc.current.pid ? arrival?.signal : nil }
            seen.wakeAll()
        }
        #expect(seen.wait(until: .now + .seconds(30)) { $0 == .report })
    }

    @Test("that are pending together are taken together")
    func together() throws {
        let seen = Monitor<[Signal]?>(nil)
        try Thread.start(name: "test") {
            guard let signals = try? SignalDescriptor([.interrupt, .terminate]) else { return }
            for signal in [Signal.terminate, .interrupt, .terminate] {
                _ = clinux_interrupt_thread(Thread.current, signal.rawValue)
            }
            let taken = signals.all()
            seen.withLock { $0 = taken }
            seen.wakeAll()
        }
        #expect(seen.wait(until: .now + .seconds(30)) { $0 == [.interrupt, .terminate] })
    }

    @Test("interrupt a blocked thread, which returns and can check its state")
    func kick() throws {
        try Thread.installKick()
        let state = Monitor((thread: Int32(0), outcome: Poll.Outcome?.none))
        try Thread.start(name: "test", blocking: .none) {
            state.withLock { $0.thread = Thread.current }
            state.wakeAll()
            let outcome = Poll.readable([])
            state.withLock { $0.outcome = outcome }
            state.wakeAll()
        }
        let thread = state.withLock(when: { $0.thread != 0 }) { $0.thread }
        // The thread may not have blocked yet: the signal is repeated, as the models do.
        while !state.wait(until: .now + .milliseconds(20), when: { $0.outcome != nil }) { Thread.kick(thread) }
        #expect(state.withLock { $0.outcome } == .interrupted)
    }
}
