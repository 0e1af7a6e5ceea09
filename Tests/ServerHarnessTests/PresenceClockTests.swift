// The clock of a program that watches a server.
import LinuxIO
import Testing

@testable import ServerHarness

@Suite("The clock of whoever watches a server")
struct PresenceClockTests {
    /// Clocks that a test turns.
    private final class Hands {
        var elapsed = Duration.zero
        var worked = Duration.zero
        /// What becomes of a wait.
        var waited: (Duration) -> Duration = { $0 }
        /// What the polls have seen so far.
        var looks = 0

        var clock: PresenceClock {
            PresenceClock(
                .init(
                    elapsed: { Instant(nanoseconds: 0) + self.elapsed }, worked: { self.worked },
                    wait: { _, timeout in self.elapsed += self.waited(timeout) }))
        }
    }

    @Test("counts the time of waits and of work")
    func presence() {
        let hands = Hands()
        let clock = hands.clock
        let start = clock.now
        clock.pause(.seconds(2))
        hands.elapsed += .seconds(1)
        hands.worked += .seconds(1)
        #expect(clock.now - start == .seconds(3))
        #expect(clock.absence == .zero)
    }

    @Test("stands still while nobody watches, in a wait or between two")
    func absence() {
        let hands = Hands()
        let clock = hands.clock
        let start = clock.now
        hands.elapsed += .seconds(5)
        #expect(clock.now == start)
        hands.waited = { $0 + .seconds(7) }
        var nobody: [Poll.Entry] = []
        #expect(!clock.wait(&nobody, timeout: .seconds(1)))
        #expect(clock.now - start == .seconds(1))
        #expect(clock.absence == .seconds(12))
    }

    @Test("ignores the short delays of a busy machine")
    func haste() {
        let hands = Hands()
        let clock = hands.clock
        let start = clock.now
        hands.elapsed += .milliseconds(90)
        #expect(clock.now - start == .milliseconds(90))
        #expect(clock.absence == .zero)
    }

    @Test("checks once more before it reports that something did not happen")
    func lastLook() {
        let hands = Hands()
        let clock = hands.clock
        // It comes about in the last step, and the time runs out in the same.
        hands.waited = { _ in .milliseconds(50) }
        let isSo = clock.look(for: .milliseconds(40)) {
            hands.looks += 1
            return hands.looks == 2
        }
        #expect(isSo)
    }
}
