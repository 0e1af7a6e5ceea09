// What cases expect of an answer.
import LinuxIO

extension Bench {
    /// The next bytes that come are these.
    func expect(_ peer: Peer, _ bytes: [UInt8], with others: [Peer] = [], note: Text? = nil) throws(CaseStop) {
        var compared = 0
        var differs = false
        try wait(for: peer, with: others) {
            let end = min(peer.incoming.count, bytes.count)
            if compared < end { differs = peer.incoming[compared..<end] != bytes[compared..<end] }
            compared = end
            return differs || end == bytes.count
        }
        guard !differs, compared == bytes.count else { throw .failed(peer.finding(.bytes(bytes), note: note)) }
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
            if peer.ending == .reset, note == nil {
                finding.note = Text(
                    "a reset instead of the end can destroy what is still on its way",
                    pt: "um reset em vez do fim pode destruir o que ainda está a caminho")
            }
            throw .failed(finding)
        }
        peer.settle()
    }

    /// Says something, and expects its answer.
    func ask(_ peer: Peer, _ bytes: [UInt8], _ answer: [UInt8], with others: [Peer] = []) throws(CaseStop) {
        peer.say(bytes)
        try expect(peer, answer, with: others)
    }

    func ask(_ peer: Peer, _ text: String, _ answer: String, with others: [Peer] = []) throws(CaseStop) {
        try ask(peer, Array(text.utf8), Array(answer.utf8), with: others)
    }

    /// Waits for a line, or for more than a line can be. The limit is on the line: who sends it bit by bit gets no more.
    @discardableResult
    func waitForLine(_ peer: Peer, with others: [Peer] = [], limit: Duration? = nil) throws(CaseStop) -> Bool {
        try wait(for: peer, with: others, limit: limit, on: .whole) {
            peer.incoming.contains(UInt8(ascii: "\n")) || peer.incoming.count > Self.longestLine
        }
    }

    /// No line that a server says of its own accord is as long.
    private static let longestLine = 200

    /// The first line is the greeting; its number is noted.
    func expectGreeting(_ peer: Peer, with others: [Peer] = []) throws(CaseStop) {
        try waitForLine(peer, with: others)
        guard let end = peer.incoming.firstIndex(of: UInt8(ascii: "\n")),
            let number = Self.number(in: peer.incoming[...end])
        else {
            try checkRefusal(peer)
            var finding = peer.finding(
                .line(
                    Text(
                        "the greeting: Servidor de eco (cliente N). and a newline",
                        pt: "a saudação: Servidor de eco (cliente N). e uma quebra de linha")))
            if !peer.incoming.isEmpty { finding.mistake = .greetingAndNumbers }
            if finding.ending == .open, !peer.incoming.isEmpty { finding.ending = .unfinished }
            throw .failed(finding)
        }
        _ = peer.take(end + 1)
        peer.settle()
        peer.clientNumber = number
    }

    /// A server may have a limit of its own, and says so: then a case with more clients cannot be run.
    private func checkRefusal(_ peer: Peer) throws(CaseStop) {
        let line = String(decoding: peer.incoming.prefix(Self.longestLine), as: UTF8.self)
        guard openPeers > 3, line.hasPrefix("Servidor cheio: limite de ") || line.hasPrefix("Limite de ") else {
            return
        }
        throw .cannotCheck(Text("it has a limit of its own", pt: "ele tem um limite próprio"))
    }

    /// The number in a greeting; nil if it is not one.
    private static func number(in line: ArraySlice<UInt8>) -> UInt64? {
        let (head, tail) = (Array("Servidor de eco (cliente ".utf8), Array(").\n".utf8))
        guard line.starts(with: head), line.suffix(tail.count) == tail[...] else { return nil }
        let digits = line.dropFirst(head.count).dropLast(tail.count)
        // Eighteen digits are more clients than there will be, and none of them overflows.
        guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.first != 0x30 || digits.count == 1
        else { return nil }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }

    /// Something that is not said on a connection.
    func require(_ isSo: Bool, _ fact: Text, _ note: @autoclosure () -> Text? = nil) throws(CaseStop) {
        guard isSo else { throw .failed(Finding(expected: .fact(fact), note: note())) }
    }

    /// A new client is greeted and answered, whatever came before.
    func expectService(with others: [Peer] = [], note: Text) throws(CaseStop) {
        try noting(note) { () throws(CaseStop) in
            let peer = try connect()
            try expectGreeting(peer, with: others)
            try ask(peer, "oi\n", "OI\n", with: others)
            peer.close()
        }
    }

    /// Does something, and adds to a finding what else was going on.
    func noting(_ note: Text, _ body: () throws(CaseStop) -> Void) throws(CaseStop) {
        do throws(CaseStop) { try body() } catch {
            guard case .failed(var finding) = error else { throw error }
            finding.note = note
            throw .failed(finding)
        }
    }
}
