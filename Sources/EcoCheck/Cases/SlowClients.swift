// 7. Slow and vanished clients: one client does not harm the others.
import LinuxIO
import ServerHarness
import Support

enum SlowClients {
    static let cases = [
        CheckCase(
            "7.1", .hostile,
            Text("a client that never reads: bounded memory", pt: "um cliente que nunca lê: memória limitada"),
            .buffersWithoutBound
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            let before = bench.server.footprint?.privateBytes ?? 0
            // Twice what the kernel's buffers of both sides hold.
            let bound = 2 * kernelBuffers
            try sendWithoutReading(bench, peer, upTo: bound)
            let growth = (bench.server.footprint?.privateBytes ?? 0) - before
            try bench.require(
                peer.sentBytes < bound,
                Text(
                    "the server stops reading from a client that does not read its answers",
                    pt: "o servidor para de ler de um cliente que não lê as suas respostas"),
                Text(
                    "it took \(bound >> 20) MB from a client that had read nothing",
                    pt: "ele aceitou \(bound >> 20) MB de um cliente que não leu nada"))
            try bench.require(
                growth < bound / 2,
                Text(
                    "memory that does not depend on how much a client sends",
                    pt: "memória que não depende de quanto um cliente envia"),
                Text(
                    "the server has grown by \(growth >> 20) MB for a client that had read nothing",
                    pt: "o servidor cresceu \(growth >> 20) MB por um cliente que não leu nada"))
            peer.reset()
            try bench.expectService(
                note: Text(
                    "before, a client had sent much, read nothing, and left",
                    pt: "antes, um cliente enviou muito, não leu nada, e se foi"))
        },
        CheckCase(
            "7.2", .hostile,
            Text("a client that never reads does not delay others", pt: "um cliente que nunca lê não atrasa ninguém"),
            .oneClientHoldsUpAll, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            let polite = try bench.greeted()
            let deaf = try bench.greeted()
            try sendWithoutReading(bench, deaf, upTo: 2 * kernelBuffers)
            let note = Text(
                "another client has sent much and reads nothing", pt: "outro cliente enviou muito e não lê nada")
            try politely(bench, polite, with: [], note: note)
            try bench.expectService(note: note)
            deaf.reset()
        },
        CheckCase(
            "7.3", .hostile,
            Text("a flood does not starve other clients", pt: "uma enxurrada não deixa ninguém à míngua"),
            .oneClientHoldsUpAll, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            let polite = try bench.greeted()
            var floods: [Peer] = []
            for _ in 0..<4 {
                let flood = try bench.greeted()
                flood.isKeeping = false
                floods.append(flood)
            }
            let line = Array(String(repeating: "enxurrada ", count: 6_000).utf8) + [0x0A]
            let note = Text(
                "four other clients send as fast as they can, and read the answers",
                pt: "quatro outros clientes enviam o mais rápido que podem, e leem as respostas")
            func flow(until isDone: () -> Bool) throws(CaseStop) -> Bool {
                try bench.wait(for: polite, with: floods) {
                    floods.forEach { $0.flood(line) }
                    return isDone()
                }
            }
            // By now a server that serves only one of them does so.
            _ = try flow { floods.contains { $0.receivedBytes > 1 << 20 } }
            for round in 0..<20 where round == 0 || bench.hasTimeForMore {
                let answer = Array("POSSO FALAR \(round)?\n".utf8)
                polite.say("posso falar \(round)?\n")
                guard try flow(until: { polite.incoming.count >= answer.count }) else {
                    throw .failed(polite.finding(.bytes(answer), note: note))
                }
                try bench.expect(polite, answer, note: note)
            }
            floods.forEach { $0.reset() }
        },
        CheckCase(
            "7.4", .hostile,
            Text("slow senders do not delay other clients", pt: "remetentes lentos não atrasam ninguém"),
            .oneClientHoldsUpAll, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            let polite = try bench.greeted()
            var slow: [Peer] = []
            for number in 0..<10 {
                let peer = try bench.greeted()
                // Half a line, or half a character.
                peer.say(number.isMultiple(of: 2) ? Array("me".utf8) : [0xC3])
                slow.append(peer)
            }
            let note = Text(
                "ten other clients have sent half a line or half a character",
                pt: "dez outros clientes enviaram meia linha ou meio caractere")
            try politely(bench, polite, with: slow, note: note)
            try bench.expectService(with: slow, note: note)
            // They are answered when they go on.
            for (number, peer) in slow.enumerated() where number.isMultiple(of: 2) {
                try bench.expect(peer, "ME")
                try bench.ask(peer, "ia linha\n", "IA LINHA\n")
            }
        },
        CheckCase(
            "7.5", .hostile,
            Text("resets end one connection each", pt: "cada reset encerra só a sua conexão"), .errorsThatEndTheServer
        ) { bench throws(CaseStop) in
            var visits = 0
            for number in 0..<50 where bench.hasTimeForMore {
                // Some before their greeting, some with a text in flight, some after the answer.
                let peer = number % 3 == 0 ? try bench.connect() : try bench.greeted()
                peer.say(number.isMultiple(of: 2) ? "adeus\n" : "meia lin")
                if number % 6 == 1 { try bench.expect(peer, "MEIA LIN") }
                peer.reset()
                visits += 1
            }
            try bench.expectService(
                note: Text(
                    "before, \(visits) clients, one after the other, had reset their connections",
                    pt: "antes, \(visits) clientes, um após o outro, deram reset nas suas conexões"))
        },
    ]

    /// Sends this much, or as much as the server takes, and reads nothing. The kernel passes on a little now and then, whatever the server
    /// does, so less than a megabyte per second does not count.
    private static func sendWithoutReading(_ bench: Bench, _ peer: Peer, upTo bound: Int) throws(CaseStop) {
        peer.useSmallBuffers()
        peer.isReading = false
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: (64 << 10) - 1) + [0x0A]
        let limit = bench.patience.quiet * 2
        let step = Int(limit.seconds * Double(1 << 20))
        // The processor time that the server had used when it stopped reading; nil while it reads.
        var stopped: Duration?
        // How long its threads had been ready to run at the last measurement.
        var lastReady = Duration.zero
        while peer.sentBytes < bound {
            let goal = min(bound, peer.sentBytes + step)
            let isTaken = try bench.wait(for: peer, limit: limit, on: .whole) {
                peer.flood(line)
                return peer.sentBytes >= goal
            }
            if isTaken {
                stopped = nil
                continue
            }
            guard bench.server.isOwn else { return }
            let (used, ready) = (bench.server.processorTime, bench.server.readyTime)
            if let stopped {
                // A server that works, or waits for a processor, may still go on reading.
                let isAtWork = bench.server.isReady || ready - lastReady > limit / 2
                guard isAtWork, used - stopped < mostWork else { return }
            }
            (stopped, lastReady) = (stopped ?? used, ready)
        }
    }

    /// A server that has worked for this long and read next to nothing has stopped reading.
    private static let mostWork = Duration.seconds(1)

    /// Ten texts, each answered in time.
    private static func politely(_ bench: Bench, _ peer: Peer, with others: [Peer], note: Text) throws(CaseStop) {
        for round in 0..<10 {
            peer.say("posso falar \(round)?\n")
            try bench.expect(peer, "POSSO FALAR \(round)?\n", with: others, note: note)
        }
    }

    /// The most that this kernel buffers for one connection, on the server's side.
    private static let kernelBuffers = ["tcp_rmem", "tcp_wmem"].reduce(8 << 20) { sum, name in
        let last = SystemFile.text(at: "/proc/sys/net/ipv4/\(name)")?.split(whereSeparator: \.isWhitespace).last
        return sum + (last.flatMap { Int($0) } ?? 6 << 20)
    }
}
