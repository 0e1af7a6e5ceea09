// What has to be known about a server before the first case.
import LinuxIO
import ServerHarness
import Statistics

extension CaseRunner {
    /// Learns how the server greets, measures the round trip, and finds out whether a second client is served while the first is there.
    func acquaint(_ report: inout CheckReport) {
        defer { bench.cleanUp() }
        bench.begin()
        // Cases report a server that accepts no client.
        guard let first = try? bench.connect() else { return }
        guard learnGreeting(first) else { return }
        report.roundTrip = roundTrip(first)
        bench.patience.roundTrip = report.roundTrip
        hasAnswered = report.roundTrip != nil
        guard let second = try? bench.connect() else { return }  // Likewise.
        bench.begin()
        let limit = hasAnswered ? bench.patience.limit : bench.patience.firstLimit
        guard !bench.waitUntilServed(second, within: limit) else { return }
        // Only if the first client's departure is what it waited for. Otherwise it is silent for other reasons.
        first.close()
        report.servesSeveralClients = !bench.waitUntilServed(second, within: limit)
    }

    /// Takes what the server sends first; false if it never sends anything.
    private func learnGreeting(_ peer: Peer) -> Bool {
        let start = bench.clock.now
        // A server that is still starting, or far away, may be late this once.
        guard bench.waitForAnswer(peer, within: bench.patience.firstLimit) else { return learnLateGreeting(peer) }
        let isWhole = (try? bench.waitForGreeting(peer, limit: bench.patience.startLimit / 4)) == true
        if isWhole { bench.patience.greeting = bench.clock.now - start }
        // If a server never stops sending, its greeting cannot be learned, nor its answers told apart.
        guard bench.settle(peer) else { return false }
        if peer.incoming.count <= Bench.longestGreeting {
            bench.shape = GreetingShape(of: peer.incoming)
            bench.greetingHead = Array(peer.incoming.prefix { !$0.isDigit && $0 != 0x0A })
        }
        peer.noteGreeting(peer.take(peer.incoming.count))
        return true
    }

    /// Sends a text to a server that is silent: it may greet only after the client's first text, or never.
    private func learnLateGreeting(_ peer: Peer) -> Bool {
        peer.say(Self.question)
        guard bench.waitForAnswer(peer, within: bench.patience.firstLimit / 2) else {
            bench.patience.isMute = !peer.isOver
            return false
        }
        bench.settle(peer)
        let answer = peer.take(peer.incoming.count)
        let isAnswered = answer.suffix(Self.question.count).elementsEqual(Self.question.uppercased().utf8)
        bench.shape = GreetingShape(of: isAnswered ? Array(answer.dropLast(Self.question.count)) : [])
        bench.shape.comesLate = !bench.shape.isNothing
        return true
    }

    private static let question = "oi\n"

    /// The median time from a text to the first byte of its answer, right or wrong; nil if none comes. The first answer determines how late
    /// the others may be.
    private func roundTrip(_ peer: Peer) -> Duration? {
        var times: [Duration] = []
        for _ in 0..<5 {
            let start = bench.clock.now
            peer.say(Self.question)
            let limit = times.isEmpty ? bench.patience.firstLimit : bench.patience.limit
            guard bench.waitForAnswer(peer, within: limit) else { break }
            times.append(bench.clock.now - start)
            if times.count == 1 {
                bench.patience.roundTrip = times[0]
                // The total limit grows too.
                bench.begin()
            }
            // The rest of it does not answer the next text.
            if peer.incoming.count < Self.question.count, !bench.settle(peer) { break }
            _ = peer.take(peer.incoming.count)
        }
        return OrderStatistics(times)?.median
    }
}

extension Bench {
    /// Whether anything comes in time. If not, a case will report it.
    func waitForAnswer(_ peer: Peer, within limit: Duration) -> Bool {
        (try? wait(for: peer, limit: limit) { !peer.incoming.isEmpty }) == true
    }

    /// Reads until nothing more comes; false if that takes longer than an answer may take, or brings more than an answer can have.
    @discardableResult
    func settle(_ peer: Peer) -> Bool {
        let (before, latest) = (peer.receivedBytes, clock.now + patience.limit)
        let goesOn = try? wait(for: peer, limit: patience.quiet) {
            peer.receivedBytes - before > Self.longestGreeting || clock.now >= latest
        }
        return goesOn == false
    }

    /// Whether a client is greeted in time, or answered by a server that does not greet unasked.
    func waitUntilServed(_ peer: Peer, within limit: Duration) -> Bool {
        if shape.comesAtOnce { return (try? waitForGreeting(peer, limit: limit)) == true }
        peer.say("oi\n")
        return waitForAnswer(peer, within: limit)
    }

    /// Waits until a client is served; false if none is in time. Then a case will report it.
    func awaitService(within limit: Duration) -> Bool {
        begin()
        defer { cleanUp() }
        guard let peer = try? connect() else { return false }
        return waitUntilServed(peer, within: limit)
    }
}
