// What cases expect.
import EcoProtocol
import LinuxIO
import Support

extension Bench {
    /// The next bytes that arrive are these.
    func expect(_ peer: Peer, _ bytes: [UInt8], with others: [Peer] = [], note: Text? = nil) throws(CaseStop) {
        try takeLateGreeting(peer, with: others)
        var compared = 0
        var differs = false
        try wait(for: peer, with: others) {
            let end = min(peer.incoming.count, bytes.count)
            if compared < end { differs = peer.incoming[compared..<end] != bytes[compared..<end] }
            compared = end
            return differs || end == bytes.count
        }
        guard !differs, compared == bytes.count else {
            var finding = peer.finding(.bytes(bytes), note: note)
            if differs { finding.rest = .unknown }
            throw .failed(finding)
        }
        _ = peer.take(bytes.count)
        peer.settle()
    }

    func expect(_ peer: Peer, _ text: String, with others: [Peer] = [], note: Text? = nil) throws(CaseStop) {
        try expect(peer, Array(text.utf8), with: others, note: note)
    }

    /// The stream ends, cleanly, and nothing comes before its end.
    func expectEnd(_ peer: Peer, note: Text? = nil) throws(CaseStop) {
        try wait(for: peer) { peer.ending != nil || !peer.incoming.isEmpty }
        guard peer.incoming.isEmpty, peer.ending == .endOfStream else {
            var finding = peer.finding(.end, note: note)
            if !peer.incoming.isEmpty { finding.rest = .unknown }
            if peer.ending == .reset, note == nil {
                finding.note = Text(
                    "a reset instead of the end can destroy bytes that are still in flight",
                    pt: "um reset em vez do fim pode destruir o que ainda está a caminho")
            }
            throw .failed(finding)
        }
        peer.settle()
    }

    /// Sends a text, and expects its answer.
    func ask(_ peer: Peer, _ bytes: [UInt8], _ answer: [UInt8], with others: [Peer] = []) throws(CaseStop) {
        peer.say(bytes)
        try expect(peer, answer, with: others)
    }

    func ask(_ peer: Peer, _ text: String, _ answer: String, with others: [Peer] = []) throws(CaseStop) {
        try ask(peer, Array(text.utf8), Array(answer.utf8), with: others)
    }

    /// The longest text that a server sends unasked.
    static let longestGreeting = 1000

    /// Waits for the greeting, or for more bytes than a greeting can have. The limit is on the whole greeting, even if it comes byte by
    /// byte.
    @discardableResult
    func waitForGreeting(_ peer: Peer, with others: [Peer] = [], limit: Duration? = nil) throws(CaseStop) -> Bool {
        try wait(for: peer, with: others, limit: limit, on: .whole) {
            shape.length(in: peer.incoming) != nil || peer.incoming.count > Self.longestGreeting
        }
    }

    /// Takes whatever the server sends first, as it did to its first client, for the greeting, and notes its number. Nothing is expected
    /// here from a server that greets only after the client's first text, or never.
    func expectGreeting(_ peer: Peer, with others: [Peer] = []) throws(CaseStop) {
        if shape.comesLate { peer.isOwedGreeting = true }
        guard shape.comesAtOnce else { return }
        try waitForGreeting(peer, with: others)
        try checkRefusal(peer)
        guard let length = shape.length(in: peer.incoming) else { throw .failed(noGreeting(peer)) }
        peer.noteGreeting(peer.take(length))
    }

    /// The greeting is exactly the protocol's, with any number.
    func expectExactGreeting(_ peer: Peer) throws(CaseStop) {
        let newline = UInt8(ascii: "\n")
        try wait(for: peer, on: .whole) {
            peer.incoming.contains(newline) || peer.incoming.count > Self.longestGreeting
        }
        try checkRefusal(peer)
        let line = peer.incoming.prefix { $0 != newline } + [newline]
        let number = GreetingShape.number(in: Array(line)) ?? 1
        let exact = GreetingShape.exact(number)
        guard peer.incoming.starts(with: exact) else {
            guard !peer.incoming.isEmpty else { throw .failed(noGreeting(peer)) }
            var finding = peer.finding(.bytes(exact))
            finding.mistake = .greetingAndNumbers
            finding.rest = peer.incoming.contains(newline) ? .unknown : .late
            throw .failed(finding)
        }
        peer.noteGreeting(peer.take(exact.count))
    }

    /// Nothing follows the greeting while the client is silent.
    func expectNothingMore(_ peer: Peer) throws(CaseStop) {
        guard try wait(for: peer, limit: patience.quiet, until: { !peer.incoming.isEmpty }) else { return }
        settle(peer)
        var finding = peer.finding(
            .line(
                Text(
                    "nothing after the greeting, before the client sends something",
                    pt: "nada além da saudação, antes que o cliente fale")))
        finding.mistake = peer.incoming[0] == 0 ? .nulBehindTheText : .greetingAndNumbers
        finding.rest = .unknown
        throw .failed(finding)
    }

    private func noGreeting(_ peer: Peer) -> Finding {
        var finding = peer.finding(
            .line(
                Text(
                    "the greeting: Servidor de eco (cliente N). and a newline",
                    pt: "a saudação: Servidor de eco (cliente N). e uma quebra de linha")))
        if !peer.incoming.isEmpty { finding.mistake = .greetingAndNumbers }
        if !peer.incoming.isEmpty { finding.rest = .late }
        return finding
    }

    /// The number in a client's greeting, for a case that is about numbers.
    func number(of peer: Peer) throws(CaseStop) -> UInt64 {
        if let number = peer.clientNumber { return number }
        throw .prevented(Text("the greeting has no number, see 1.1", pt: "a saudação não tem número, veja 1.1"))
    }

    /// A server that greets only after the client's first text greets before its first answer.
    func takeLateGreeting(_ peer: Peer, with others: [Peer]) throws(CaseStop) {
        guard peer.isOwedGreeting else { return }
        peer.isOwedGreeting = false
        try waitForGreeting(peer, with: others)
        if let length = shape.length(in: peer.incoming) { _ = peer.take(length) }
    }

    /// A server may have its own limit, and say so: then a case with more clients cannot be run.
    private func checkRefusal(_ peer: Peer) throws(CaseStop) {
        let line = String(decoding: peer.incoming.prefix(Self.longestGreeting), as: UTF8.self)
        guard ServerLine.isRefusal(line) else { return }
        guard openPeers > 3 else { throw .failed(noGreeting(peer)) }
        throw .cannotCheck(Text("the server has its own limit", pt: "ele tem um limite próprio"))
    }

    /// An expectation that is not about the bytes of a connection.
    func require(_ isSo: Bool, _ fact: Text, _ note: @autoclosure () -> Text? = nil) throws(CaseStop) {
        guard isSo else { throw .failed(Finding(expected: .fact(fact), note: note())) }
    }

    /// A new client is greeted and answered, whatever happened before.
    func expectService(with others: [Peer] = [], note: Text) throws(CaseStop) {
        try noting(note) { () throws(CaseStop) in
            let peer = try connect()
            try expectGreeting(peer, with: others)
            try ask(peer, "oi\n", "OI\n", with: others)
            peer.close()
        }
    }

    /// Runs a step, and adds a note to its finding about what else was going on.
    func noting(_ note: Text, _ body: () throws(CaseStop) -> Void) throws(CaseStop) {
        do throws(CaseStop) { try body() } catch {
            guard case .failed(var finding) = error else { throw error }
            finding.note = note
            throw .failed(finding)
        }
    }
}
