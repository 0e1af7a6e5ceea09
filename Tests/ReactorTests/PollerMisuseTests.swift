// What happens when a poller is used against its contract.
import Glibc
import LinuxIO
import Reactor
import TestSupport
import Testing

/// A way to break the contract.
enum Misuse: String, CaseIterable, Codable, Sendable {
    case addsTwice, modifiesWhatIsNotWatched, removesWhatIsNotWatched, watchesForNothing, closesUntold

    enum Outcome {
        /// It does what was meant, or nothing.
        case taken
        /// A call fails.
        case refused
        /// The process ends.
        case trapped
    }

    func outcome(with kind: PollerKind) -> Outcome {
        switch (self, kind) {
        // The kernel keeps who is watched: EEXIST, ENOENT.
        case (.addsTwice, .epoll), (.modifiesWhatIsNotWatched, .epoll), (.removesWhatIsNotWatched, .epoll): .refused
        // It waits for errors alone, and forgets what is closed.
        case (.watchesForNothing, .epoll), (.closesUntold, .epoll): .taken
        // A place in a list is there once, and the next wait finds what is closed.
        case (.removesWhatIsNotWatched, .poll): .taken
        case (_, .poll): .trapped
        // A word and two bits per descriptor, which may be overwritten at any time.
        case (.addsTwice, .select), (.modifiesWhatIsNotWatched, .select), (.removesWhatIsNotWatched, .select): .taken
        case (.watchesForNothing, .select): .trapped
        // EBADF.
        case (.closesUntold, .select): .refused
        }
    }
}

/// Breaks the contract once; if the poller accepts that, checks that it then does what was meant.
private struct Misused: PollerTest {
    let misuse: Misuse
    /// A descriptor that no other test uses.
    let number: Int32

    func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
        let (bell, pair) = (try Bell(), try SocketPair())
        let (first, last) = (Token(slot: 1, generation: 1), Token(slot: 2, generation: 1))
        bell.ring()
        var events = 0
        switch misuse {
        case .addsTwice:
            try poller.add(bell.number, first, .readable)
            try poller.add(bell.number, last, .readable)
            events = 1
        case .modifiesWhatIsNotWatched:
            try poller.modify(bell.number, last, .readable)
            events = 1
        case .removesWhatIsNotWatched: try poller.remove(bell.number)
        case .watchesForNothing: try poller.add(bell.number, last, [])
        case .closesUntold:
            try pair.moveNear(to: number)
            try poller.add(number, last, .readable)
            pair.closeNear()
        }
        #expect(try poller.wait(nanoseconds: 0) == events)
        if events == 1 { #expect(poller.event(0).token == last && poller.event(0).readiness == .readable) }
        poller.willClose(bell.number)
    }
}

@Suite("A poller that is misused", .blocking)
struct PollerMisuseTests {
    @Test(
        "accepts the misuse, throws an error or traps, as its system call allows", arguments: PollerKind.allCases,
        Misuse.allCases)
    func misuse(kind: PollerKind, misuse: Misuse) async throws {
        switch misuse.outcome(with: kind) {
        case .taken: try kind.use(Misused(misuse: misuse, number: kind.ownDescriptor + 10))
        case .refused:
            #expect(throws: SystemError.self) {
                try kind.use(Misused(misuse: misuse, number: kind.ownDescriptor + 10))
            }
        case .trapped:
            let result = await #expect(processExitsWith: .failure) { [kind, misuse] in
                Crash.withoutBacktrace()
                try kind.use(Misused(misuse: misuse, number: kind.ownDescriptor))
            }
            let status = try #require(result).exitStatus
            #expect(status == .signal(SIGILL) || status == .signal(SIGTRAP))
        }
    }
}
