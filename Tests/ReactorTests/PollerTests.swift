// The contract of every poller, on the real kernel and on the simulated one.
import LinuxIO
import Reactor
import TestSupport
import Testing

private let token = Token(slot: 7, generation: 3)

/// Ten that are ready, with tokens of the slots 0 to 9.
private func tenReady<P: Poller & ~Copyable>(in poller: inout P) throws -> [Bell] {
    var bells: [Bell] = []
    for slot in 0..<10 {
        let bell = try Bell()
        try poller.add(bell.number, Token(slot: slot, generation: 1), .readable)
        bell.ring()
        bells.append(bell)
    }
    return bells
}

@Suite("A poller", .blocking)
struct PollerTests {
    struct LevelTriggered: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let bell = try Bell()
            try poller.add(bell.number, token, .readable)
            #expect(try poller.wait(nanoseconds: 0) == 0)
            bell.ring()
            for _ in 0..<3 {
                #expect(try poller.wait(nanoseconds: -1) == 1)
                #expect(poller.event(0).token == token && poller.event(0).readiness.contains(.readable))
            }
            bell.silence()
            #expect(try poller.wait(nanoseconds: 0) == 0)
        }
    }

    @Test(
        "reports a ready descriptor in every wait until it is handled", arguments: PollerKind.allCases,
        KernelKind.allCases)
    func levelTriggered(kind: PollerKind, kernel: KernelKind) throws {
        try kernel.run { try kind.use(LevelTriggered()) }
    }

    struct Interests: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let pair = try connectedEnds()
            try poller.add(pair.near, token, .writable)
            pair.say()
            #expect(try poller.wait(nanoseconds: -1) == 1)
            #expect(poller.event(0).readiness == .writable)
            let another = Token(slot: 8, generation: 5)
            try poller.modify(pair.near, another, .readable)
            #expect(try poller.wait(nanoseconds: -1) == 1)
            #expect(poller.event(0).readiness == .readable && poller.event(0).token == another)
            try poller.modify(pair.near, token, [.readable, .writable])
            #expect(try poller.wait(nanoseconds: -1) == 1)
            #expect(poller.event(0).readiness == [.readable, .writable])
            try poller.remove(pair.near)
            #expect(try poller.wait(nanoseconds: 0) == 0)
            try poller.add(pair.near, token, .readable)
            #expect(try poller.wait(nanoseconds: -1) == 1)
            poller.willClose(pair.near)
        }
    }

    @Test(
        "reports only the readiness that a descriptor is watched for, and nothing after its removal",
        arguments: PollerKind.allCases,
        KernelKind.allCases)
    func interests(kind: PollerKind, kernel: KernelKind) throws { try kernel.run { try kind.use(Interests()) } }

    struct Ends: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            for interest in [Interest.readable, .writable] {
                let pair = try connectedEnds()
                // It is not ready for anything before the end.
                pair.fill()
                try poller.add(pair.near, token, interest)
                #expect(try poller.wait(nanoseconds: 0) == 0)
                pair.closeFar()
                #expect(try poller.wait(nanoseconds: -1) == 1)
                #expect(!poller.event(0).readiness.isDisjoint(with: [interest, .hangUp, .error]))
                poller.willClose(pair.near)
            }
        }
    }

    @Test(
        "reports that the peer has closed, whatever the descriptor is watched for", arguments: PollerKind.allCases,
        KernelKind.allCases)
    func ends(kind: PollerKind, kernel: KernelKind) throws { try kernel.run { try kind.use(Ends()) } }

    struct Closing: PollerTest {
        /// A descriptor that no other test uses on the real kernel.
        let number: Int32

        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let kept = try connectedEnds()
            try poller.add(kept.near, token, .readable)
            var numbers: Set<Int32> = []
            for round in 0..<3 {
                let pair = try connectedEnds()
                try pair.moveNear(to: number)
                numbers.insert(pair.near)
                try poller.add(pair.near, Token(slot: round, generation: 1), .readable)
                pair.say()
                #expect(try poller.wait(nanoseconds: -1) == 1)
                #expect(poller.event(0).token.slot == round)
                poller.willClose(pair.near)
                pair.closeNear()
            }
            #expect(numbers.count == 1, "each round gives the same descriptor to another connection")
            // One that is not watched may be told of as well.
            for number in numbers { poller.willClose(number) }
            kept.say()
            #expect(try poller.wait(nanoseconds: -1) == 1)
            #expect(poller.event(0).token == token)
            poller.willClose(kept.near)
        }
    }

    @Test(
        "forgets a closed descriptor, and can watch its number again", arguments: PollerKind.allCases,
        KernelKind.allCases)
    func closing(kind: PollerKind, kernel: KernelKind) throws {
        try kernel.run { try kind.use(Closing(number: kind.ownDescriptor)) }
    }

    struct Fairness: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let bells = try tenReady(in: &poller)
            defer { for bell in bells { poller.willClose(bell.number) } }
            var seen: Set<Int> = []
            for _ in 0..<4 {
                let count = try poller.wait(nanoseconds: -1)
                #expect(count == 3)
                for index in 0..<count { seen.insert(poller.event(index).token.slot) }
            }
            #expect(seen.count == 10)
        }
    }

    struct Once: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let bells = try tenReady(in: &poller)
            defer { for bell in bells { poller.willClose(bell.number) } }
            // Each is reported once, wherever the search begins.
            for _ in 0..<3 {
                let count = try poller.wait(nanoseconds: -1)
                #expect(Set((0..<count).map { poller.event($0).token.slot }).count == 10 && count == 10)
            }
        }
    }

    @Test("reports each ready descriptor once per wait", arguments: PollerKind.allCases, KernelKind.allCases)
    func once(kind: PollerKind, kernel: KernelKind) throws { try kernel.run { try kind.use(Once()) } }

    @Test(
        "starves no descriptor when more are ready than fit into one wait", arguments: PollerKind.allCases,
        KernelKind.allCases)
    func fairness(kind: PollerKind, kernel: KernelKind) throws {
        try kernel.run { try kind.use(capacity: 3, Fairness()) }
    }

    struct Timeouts: PollerTest {
        func run<P: Poller & ~Copyable>(_ poller: consuming P) throws {
            let bell = try Bell()
            try poller.add(bell.number, token, .readable)
            let begin = Instant.now
            #expect(try poller.wait(nanoseconds: 3_500_000) == 0)
            #expect(Instant.now - begin >= .microseconds(3500))
        }
    }

    @Test(
        "never returns before its timeout unless something is ready", arguments: PollerKind.allCases,
        KernelKind.allCases)
    func timeouts(kind: PollerKind, kernel: KernelKind) throws { try kernel.run { try kind.use(Timeouts()) } }

    @Test("of select(2) refuses descriptors from 1024 on")
    func descriptorEnd() throws {
        #expect(SelectPoller.descriptorEnd == 1024 && PollPoller.descriptorEnd == .max)
        var poller = try SelectPoller(capacity: 8)
        #expect(throws: SystemError.self) { try poller.add(1024, token, .readable) }
        // Nothing of it is left: the wait has no such descriptor.
        #expect(try poller.wait(nanoseconds: 0) == 0)
        poller.willClose(1024)
    }
}
