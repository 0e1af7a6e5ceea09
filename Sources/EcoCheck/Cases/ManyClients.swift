// 7. Slow and vanished clients, continued: what many clients leave behind.
import LinuxIO
import ServerHarness
import Support

enum ManyClients {
    static let cases = [
        CheckCase(
            "7.6", .hostile, Text("thousands of connects and closes", pt: "milhares de conexões e fechamentos"),
            .errorsThatEndTheServer
        ) { bench throws(CaseStop) in
            for number in 1...3000 where bench.hasTimeForMore {
                let peer = try bench.connect()
                if number.isMultiple(of: 3) { peer.reset() } else { peer.close() }
                // A client that is served now was queued behind the others, so no queue overflows: many hold only five.
                if number.isMultiple(of: 4) {
                    try bench.expectService(
                        note: Text(
                            "before, \(number) clients had connected and closed at once",
                            pt: "antes, \(number) clientes conectaram e fecharam de imediato"))
                }
            }
        },
        CheckCase(
            "7.7", .hostile, Text("descriptors are given back", pt: "os descritores são devolvidos"), .leaks,
            needs: [.process]
        ) { bench throws(CaseStop) in
            try staysFlat(
                bench, Text("open descriptors", pt: "descritores abertos"), { $0.descriptors }, batches: 4, slack: 10
            ) { () throws(CaseStop) in try visit(bench, sessions: 100) }
        },
        CheckCase(
            "7.8", .hostile,
            Text("idle clients cost no processor time", pt: "clientes ociosos não custam tempo de processador"),
            .busyWaiting, needs: [.process]
        ) { bench throws(CaseStop) in
            // One client that has left, one that left with a reset, and one that stays: each can make a loop spin.
            try bench.greeted().close()
            try bench.greeted().reset()
            let guest = try bench.greeted()
            try bench.ask(guest, "oi\n", "OI\n")
            let share = bench.processorShare()
            try bench.require(
                share < 0.1,
                Text("no processor time while idle", pt: "nada a fazer, e nada feito"),
                Text(
                    "\(Percent(share)) of a processor with one idle client",
                    pt: "\(Percent(share)) de um processador com um cliente ocioso"))
        },
        CheckCase(
            "7.9", .hostile,
            Text(
                "threads and processes end with their clients", pt: "threads e processos terminam com os seus clientes"),
            .leaks, needs: [.process]
        ) { bench throws(CaseStop) in
            // A pool may grow by one thread per client until it is full, but not for ever.
            try staysFlat(
                bench, Text("threads and processes", pt: "threads e processos"), { $0.threads }, batches: 5, slack: 10
            ) {
                () throws(CaseStop) in try visit(bench, sessions: 60)
            }
        },
        CheckCase(
            "7.10", .hostile,
            Text(
                "memory does not grow with clients that have left", pt: "a memória não cresce com clientes que saíram"),
            .leaks, needs: [.process]
        ) { bench throws(CaseStop) in
            let text = [UInt8](repeating: UInt8(ascii: "m"), count: (16 << 10) - 1) + [0x0A]
            let answer = text.map { $0 == 0x0A ? $0 : $0 - 0x20 }
            // A garbage collector may take its time; a leak goes on.
            try staysFlat(
                bench, Text("bytes of memory", pt: "bytes de memória"), { $0.privateBytes }, batches: 14,
                slack: 200 * 4096
            ) {
                () throws(CaseStop) in
                for _ in 0..<200 where bench.hasTimeForMore {
                    let peer = try bench.greeted()
                    try bench.ask(peer, text, answer)
                    peer.close()
                }
            }
        },
        CheckCase(
            "7.11", .hostile, Text("five hundred clients at the same time", pt: "quinhentos clientes ao mesmo tempo"),
            .errorsThatEndTheServer, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            var peers: [Peer] = []
            // Five at once, since many servers' queues take no more.
            while peers.count < 500 {
                // Fewer clients say nothing about five hundred.
                guard bench.hasTimeForMore else { throw .outOfTime }
                let note = Text(
                    "clients already connected: \(peers.count)", pt: "clientes já conectados: \(peers.count)")
                try bench.noting(note) { () throws(CaseStop) in
                    var group: [Peer] = []
                    for _ in 0..<5 { group.append(try bench.knock()) }
                    for peer in group {
                        try bench.waitForConnection(peer, with: group)
                        try bench.expectGreeting(peer, with: group)
                    }
                    peers += group
                }
            }
            for peer in peers { peer.say("todos juntos\n") }
            for peer in peers { try bench.expect(peer, "TODOS JUNTOS\n", with: peers) }
        },
    ]

    /// Sessions one after the other, which end in every possible way.
    private static func visit(_ bench: Bench, sessions: Int) throws(CaseStop) {
        for number in 0..<sessions where bench.hasTimeForMore {
            let peer = try bench.greeted()
            switch number % 4 {
            case 0:
                try bench.ask(peer, "tchau\n", "TCHAU\n")
                try bench.expectEnd(peer)
            case 1:
                peer.endSending()
                try bench.expectEnd(peer)
            case 2: peer.reset()
            default: peer.say("sem esperar resposta\n")
            }
            peer.close()
        }
    }

    /// A clean close may take two seconds; the rest is for the measurement.
    private static func leaveLimit(_ bench: Bench) -> Duration { .seconds(2) + bench.patience.limit }

    /// Batches of clients come and go until one batch leaves nothing behind, which is enough. A server may allocate something for its work;
    /// it is a leak only if every batch takes more.
    private static func staysFlat(
        _ bench: Bench, _ what: Text, _ amount: (Footprint) -> Int, batches: Int, slack: Int,
        batch: () throws(CaseStop) -> Void
    ) throws(CaseStop) {
        func now() -> Int { bench.server.footprint.map(amount) ?? 0 }
        try batch()
        var amounts = [now()]
        for number in 1...batches {
            try batch()
            // A server that is too slow or too far away for more is judged by the groups so far.
            if !bench.hasTimeForMore {
                if amounts.count < 3 { throw .outOfTime }
                break
            }
            let before = amounts[amounts.count - 1]
            // Only the last batch gets the time that a close may take.
            let limit = number == batches ? leaveLimit(bench) : bench.patience.quiet
            if bench.look(for: limit, until: { now() < before + slack }) { return }
            amounts.append(now())
        }
        let list = amounts.map { "\($0)" }.joined(separator: ", ")
        throw .failed(
            Finding(
                expected: .fact(
                    Text(
                        "\(what.english): about the same, however many clients come and go",
                        pt: "\(what.portuguese): mais ou menos o mesmo, por mais clientes que venham e vão")),
                note: Text(
                    "more after each of \(batches + 1) groups of clients: \(list)",
                    pt: "mais depois de cada um de \(batches + 1) grupos de clientes: \(list)")))
    }
}

extension Bench {
    /// The share of a processor that the server uses while it has nothing to do, or would use if other programs left it one: the least of
    /// several measurements, since it may still be cleaning up.
    func processorShare() -> Double {
        var least = Double.infinity
        for _ in 0..<4 {
            let (start, usedBefore, readyBefore) = (Instant.now, server.processorTime, server.readyTime)
            pause(.milliseconds(100))
            let (usedAfter, readyAfter) = (server.processorTime, server.readyTime)
            let wall = Double((.now - start).nanoseconds)
            let used = Double((usedAfter - usedBefore).nanoseconds) / wall
            // On a busy machine a thread that wakes up waits for a while. Only one that never sleeps is ready nearly all the time.
            let ready = Double((readyAfter - readyBefore).nanoseconds) / wall
            least = min(least, ready > 0.6 ? max(ready, used) : used)
            if least < 0.02 { break }
        }
        return least
    }
}
