// What a case works with: clients, and the server's process.
import LinuxIO
import ServerHarness
import Support
import SystemPackage

/// The workplace of a case. Single-threaded: bytes move when a client sends, and while the case waits for something.
final class Bench {
    let server: ServerUnderTest
    var clock: PresenceClock { server.clock }
    var patience: Patience
    var random: SeededRandom
    /// How the server greets, and what precedes the number.
    var shape = GreetingShape.line
    var greetingHead: [UInt8] = []
    /// Recent texts.
    let memory = TextMemory()
    private(set) var peers: [Peer] = []

    init(_ server: ServerUnderTest, patience: Patience, seed: UInt64) {
        self.server = server
        self.patience = patience
        random = SeededRandom(seed: seed)
        (repeatEnd, end) = (server.clock.now, server.clock.now)
    }

    /// When the case's time is over, by the checker's clock.
    private var end: Instant
    /// When repeated steps end.
    private var repeatEnd: Instant

    /// Begins a case.
    func begin() {
        let now = clock.now
        (repeatEnd, end) = (now + patience.repeatLimit, now + patience.caseLimit)
    }

    /// Whether there is time to repeat a step.
    var hasTimeForMore: Bool { clock.now < repeatEnd }
    private var isOutOfTime: Bool { clock.now >= end }

    /// Closes every connection.
    func cleanUp() {
        peers.forEach { $0.close() }
        peers = []
    }

    // MARK: - Clients

    /// Starts to connect a client.
    func knock() throws(CaseStop) -> Peer {
        peers.removeAll { $0.isClosed }
        let peer: Peer
        do throws(SystemError) {
            let socket = try ClientSocket(server.address.socketFamily)
            switch socket.connect(to: server.address) {
            case .connected: peer = Peer(connecting: socket, isConnected: true, memory)
            case .inProgress: peer = Peer(connecting: socket, isConnected: false, memory)
            case .failed: throw SystemError(.connectionRefused, in: .connect)
            }
        } catch {
            if error.call == .connect { throw .failed(.notAccepted(.refused)) }
            throw .cannotCheck(
                Text("this machine has no more sockets (\(error))", pt: "esta máquina não dá mais sockets (\(error))")
            )
        }
        peers.append(peer)
        return peer
    }

    /// Connects a client.
    func connect() throws(CaseStop) -> Peer {
        let peer = try knock()
        try waitForConnection(peer)
        return peer
    }

    /// Waits until a client that has started to connect is connected.
    func waitForConnection(_ peer: Peer, with others: [Peer] = []) throws(CaseStop) {
        // A full queue drops a SYN, which the client repeats after a second (tcp(7), tcp_syn_retries).
        try wait(for: peer, with: others, limit: max(patience.limit, Self.knockAgain)) { peer.isConnected }
        guard peer.isConnected, !peer.isRefused else {
            throw .failed(.notAccepted(peer.isRefused ? .refused : .open))
        }
    }

    /// Connects a client, and reads its greeting.
    func greeted() throws(CaseStop) -> Peer {
        let peer = try connect()
        try expectGreeting(peer)
        return peer
    }

    private static let knockAgain = Duration.milliseconds(2_500)

    /// How many connections this case has now.
    var openPeers: Int { peers.count { !$0.isClosed } }

    // MARK: - Waiting

    /// What a limit on waiting applies to.
    enum LimitKind {
        /// To silence: each byte starts it again.
        case silence
        /// To the whole wait.
        case whole
    }

    /// Moves the bytes of a client, and of others, until a condition holds, or the client's connection was silent for too long. If the
    /// checker was absent during a silence, the silence starts again, and what has arrived is read before a silence is judged.
    ///
    /// - Parameters:
    ///   - limit: how long it may last; the bench's patience if nil, which then gets shorter.
    ///   - kind: what the limit applies to.
    /// - Returns: whether the condition held in time.
    /// - Throws: if the case's time is over before that is known.
    @discardableResult
    func wait(
        for peer: Peer, with others: [Peer] = [], limit: Duration? = nil, on kind: LimitKind = .silence,
        until isDone: () -> Bool
    ) throws(CaseStop) -> Bool {
        let awaited: Patience.Awaited = shape.comesAtOnce && !peer.isGreeted ? .greeting : .answer
        let bound = limit ?? patience.limit(for: awaited)
        var silence = Duration.zero
        let all = [peer] + others
        while !isDone() {
            // A server that sends without end is never silent, but the wait for it ends too.
            guard silence < bound, !peer.isOver, !isOutOfTime else {
                let look = step(all, timeout: .zero)
                if isDone() { return true }
                let startsAgain = look == .away || look == .moved && kind == .silence
                if peer.isOver || silence >= bound && !startsAgain {
                    if limit == nil { patience.spend(silence, on: awaited) }
                    return false
                }
                if isOutOfTime {
                    patience.isSlow = true
                    throw .outOfTime
                }
                silence = .zero
                continue
            }
            let before = clock.now
            switch (step(all), kind) {
            case (.moved, .silence), (.away, _): silence = .zero
            case (.moved, .whole), (.nothing, _): silence += min(clock.now - before, Patience.look)
            }
        }
        return true
    }

    /// The result of one wait.
    enum Look {
        /// The first of the clients sent or received something.
        case moved
        /// It did not.
        case nothing
        /// The checker was absent, and what happened meanwhile is not known yet.
        case away
    }

    /// Waits once, and moves the bytes that are ready.
    func step(_ all: [Peer], timeout: Duration = Patience.look) -> Look {
        let waiting = all.indices.filter { all[$0].entry != nil }
        var entries = waiting.compactMap { all[$0].entry }
        let wasThere = clock.wait(&entries, timeout: timeout)
        var outcome = wasThere ? Look.nothing : .away
        for (index, entry) in zip(waiting, entries) where entry.isReadable || entry.isWritable {
            let moved = all[index].move(isReadable: entry.isReadable, isWritable: entry.isWritable)
            if index == 0, moved { outcome = .moved }
        }
        return outcome
    }

    /// Polls every few milliseconds for a condition that no descriptor reports, such as one on /proc.
    func look(for limit: Duration, until isSo: () -> Bool) -> Bool { clock.look(for: limit, until: isSo) }

    /// Lets time pass, for cases about what happens meanwhile.
    func pause(_ duration: Duration) { clock.pause(duration) }
}

extension Finding {
    static func notAccepted(_ ending: Ending) -> Self {
        Self(expected: .fact(Text("the connection is accepted", pt: "a conexão é aceita")), ending: ending)
    }
}
