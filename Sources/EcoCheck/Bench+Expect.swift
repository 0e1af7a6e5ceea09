// What cases expect of an answer.
import LinuxIO

extension Bench {
    /// The next bytes that come are these.
    func expect(_ peer: Peer, _ bytes: [UInt8], with others: [Peer] = [], note: Text? = nil) throws(CaseStop) {
        var compared = 0
        var differs = false
        wait(for: peer, with: others) {
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
        wait(for: peer) { peer.ending != nil || !peer.incoming.isEmpty }
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

    /// The first line is the greeting; its number is noted.
    func expectGreeting(_ peer: Peer) throws(CaseStop) {
        let newline = UInt8(ascii: "\n")
        wait(for: peer) { peer.incoming.contains(newline) || peer.incoming.count > 200 }
        guard let end = peer.incoming.firstIndex(of: newline), let number = Self.number(in: peer.incoming[...end])
        else {
            throw .failed(
                peer.finding(
                    .line(
                        Text(
                            "the greeting: Servidor de eco (cliente N). and a newline",
                            pt: "a saudação: Servidor de eco (cliente N). e uma quebra de linha"))))
        }
        _ = peer.take(end + 1)
        peer.settle()
        peer.clientNumber = number
    }

    /// The number in a greeting; nil if it is not one.
    private static func number(in line: ArraySlice<UInt8>) -> UInt64? {
        let (head, tail) = (Array("Servidor de eco (cliente ".utf8), Array(").\n".utf8))
        guard line.starts(with: head), line.suffix(tail.count) == tail[...] else { return nil }
        let digits = line.dropFirst(head.count).dropLast(tail.count)
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
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
        do throws(CaseStop) {
            let peer = try connect()
            wait(for: peer, with: others) { peer.incoming.last == UInt8(ascii: "\n") }
            try expectGreeting(peer)
            try ask(peer, "oi\n", "OI\n", with: others)
            peer.close()
        } catch {
            guard case .failed(var finding) = error else { throw error }
            finding.note = note
            throw .failed(finding)
        }
    }
}
