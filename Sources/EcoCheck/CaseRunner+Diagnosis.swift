// The cause of a failure: recognised by the bytes that came, or, if they do not show it, by further tests of the server.
import LinuxIO
import ServerHarness
import Support

/// When a server that left a text unanswered sends something.
enum Silence: Equatable {
    /// At once: that is not the cause.
    case none
    case untilNewline
    /// Once this many bytes have come; fewer were left unanswered.
    case untilFull(Int, notAt: Int)
    case untilEnd
    case forEver
}

extension CaseRunner {
    /// Notes the mistake, if it can be recognised; otherwise the case's own mistake applies.
    func diagnose(_ finding: inout Finding, of test: CheckCase) {
        let own = finding.client.map { bench.memory.texts(of: $0) } ?? []
        let others = bench.memory.entries.filter { $0.client != finding.client }.map(\.text)
        let number = bench.peers.first { $0.id == finding.client }?.clientNumber
        let diagnosis = Diagnosis(own: own, others: others, greetingHead: bench.greetingHead, ownNumber: number)
        guard let result = diagnosis.result(for: finding) ?? look(finding, test) else { return }
        finding.mistake = result.mistake
        finding.isRecognised = true
        guard let more = result.note else { return }
        finding.note =
            finding.note.map { Text("\($0.english); \(more.english)", pt: "\($0.portuguese); \(more.portuguese)") }
            ?? more
    }

    private func look(_ finding: Finding, _ test: CheckCase) -> Diagnosis.Result? {
        let isSilent = finding.got.isEmpty && finding.ending == .open
        switch finding.expected {
        case .line where isSilent: return doubleGreeting()
        case .bytes where isSilent:
            guard case .sent(let text) = finding.steps.last else { return nil }
            // A server that answered other lines has another reason to leave this one unanswered.
            return hasAnswered && text.last == UInt8(ascii: "\n") ? nil : result(of: silence ?? findSilence())
        case .end where isSilent: return sharedConnection()
        case .fact where test.mistake == .leaks: return sharedConnection()
        default: return nil
        }
    }

    /// A server of one client at a time has to be free for this client.
    private func beginLooking() {
        bench.cleanUp()
        bench.begin()
    }

    // MARK: - Another client got the greeting

    private func doubleGreeting() -> Diagnosis.Result? {
        let head = bench.greetingHead
        guard head.count >= 4 else { return nil }
        let peers = bench.peers.filter { !$0.isClosed }
        _ = bench.step(peers, timeout: .zero)
        let hasTwo = peers.contains { peer in
            let greetings = peer.incoming.indices.count { peer.incoming[$0...].starts(with: head) }
            return greetings + (peer.isGreeted ? 1 : 0) > 1
        }
        guard hasTwo else { return nil }
        return .init(
            .addressOfALoopVariable,
            Text(
                "another client, which came at the same time, got two greetings",
                pt: "outro cliente, que chegou ao mesmo tempo, recebeu duas saudações"))
    }

    // MARK: - Silence

    /// Sends more and more to a new client until something comes.
    private func findSilence() -> Silence {
        let found = lookForSilence()
        let isSure =
            switch found {
            case .none, .forEver: true
            case .untilNewline, .untilEnd: staysSilent(after: 3)
            case .untilFull(_, let fewer): staysSilent(after: fewer)
            }
        let result = isSure ? found : Silence.none
        silence = result
        return result
    }

    /// Whether a new client that sends no more than this gets no answer for long. If it does, the earlier answer was only late.
    private func staysSilent(after count: Int) -> Bool {
        beginLooking()
        guard let peer = try? bench.greeted() else { return false }  // Then it is unknown.
        defer { peer.close() }
        peer.say([UInt8](repeating: UInt8(ascii: "d"), count: count))
        return !bench.waitForAnswer(peer, within: max(bench.patience.firstLimit, bench.patience.quiet))
    }

    private func lookForSilence() -> Silence {
        beginLooking()
        // A server that no longer greets anybody is silent for other reasons.
        guard let peer = try? bench.greeted() else { return .none }
        defer { peer.close() }
        func answers(_ text: [UInt8]) -> Bool {
            peer.say(text)
            return bench.waitForAnswer(peer, within: bench.patience.quiet)
        }
        var said = 3
        if answers(Array("abc".utf8)) { return .none }
        if hasAnswered { return answers([UInt8(ascii: "\n")]) ? .untilNewline : .forEver }
        for count in [64, 100, 128, 256, 512, 1000, 1024, 2048, 4096, 8192, 16_384, 65_536] {
            if answers([UInt8](repeating: UInt8(ascii: "d"), count: count - said)) {
                return .untilFull(count, notAt: said)
            }
            said = count
        }
        if answers([UInt8(ascii: "\n")]) { return .untilNewline }
        peer.endSending()
        return bench.waitForAnswer(peer, within: bench.patience.quiet) ? .untilEnd : .forEver
    }

    private func result(of silence: Silence) -> Diagnosis.Result? {
        switch silence {
        case .none, .forEver: nil
        case .untilNewline:
            .init(
                .waitingForANewline,
                Text("it answers only after a newline", pt: "ele responde quando vem uma quebra de linha"))
        case .untilFull(let count, let fewer):
            .init(
                .readingUntilFull,
                Text(
                    "\(fewer) bytes get no answer, \(count) do",
                    pt: "\(fewer) bytes não recebem resposta, \(count) recebem"))
        case .untilEnd:
            .init(
                .readingUntilTheEnd,
                Text(
                    "it answers only after the client has ended its side",
                    pt: "ele responde quando o cliente encerra o seu lado"))
        }
    }

    // MARK: - Two processes with one connection

    private func sharedConnection() -> Diagnosis.Result? {
        if sharesConnections == nil { sharesConnections = lookForSharedConnection() }
        guard sharesConnections == true else { return nil }
        return .init(
            .parentKeepsItsCopy,
            Text(
                "two processes of the server have the connection of a client, and one of them accepts",
                pt: "dois processos do servidor têm a conexão de um cliente, e um deles é o que aceita"))
    }

    private func lookForSharedConnection() -> Bool {
        guard bench.server.isOwn, bench.server.isVisible else { return false }
        beginLooking()
        guard let peer = try? bench.greeted(), let port = peer.port else { return false }  // Then nothing is known.
        defer { peer.close() }
        // A parent that closes its copy may not have done so yet.
        let isClosed = bench.look(for: bench.patience.quiet) { bench.server.holders(ofConnectionTo: port).count < 2 }
        let listening = bench.server.listeningProcesses
        return !isClosed && bench.server.holders(ofConnectionTo: port).contains { listening.contains($0) }
    }
}
