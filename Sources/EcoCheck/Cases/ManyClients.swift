// 7. Slow and vanished clients, continued: what many leave behind.
import LinuxIO

enum ManyClients {
    static let cases = [
        CheckCase(
            "7.6", .hostile, Text("thousands of connects and closes", pt: "milhares de conexões e fechamentos"),
            .errorsThatEndTheServer
        ) { bench throws(CaseStop) in
            for number in 1...3000 {
                let peer = try bench.connect()
                if number.isMultiple(of: 3) { peer.reset() } else { peer.close() }
                // Whoever is served now stood behind all of them, so that no queue runs over.
                if number.isMultiple(of: 50) {
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
            try visit(bench, sessions: 20)
            let before = bench.server.resources?.descriptors ?? 0
            try visit(bench, sessions: 200)
            try bench.require(
                bench.look(for: leaveLimit(bench)) { (bench.server.resources?.descriptors ?? 0) <= before + 10 },
                Text(
                    "as many descriptors after 200 clients have left as before them: \(before)",
                    pt: "tantos descritores depois que 200 clientes saíram quanto antes: \(before)"),
                Text(
                    "\(bench.server.resources?.descriptors ?? 0) are open",
                    pt: "\(bench.server.resources?.descriptors ?? 0) estão abertos"))
        },
        CheckCase(
            "7.8", .hostile,
            Text("idle clients cost no processor time", pt: "clientes ociosos não custam tempo de processador"),
            .busyWaiting, needs: [.process]
        ) { bench throws(CaseStop) in
            // One that has gone, one that went with a reset, and one that stays: each can make a loop spin.
            try bench.greeted().close()
            try bench.greeted().reset()
            let guest = try bench.greeted()
            try bench.ask(guest, "oi\n", "OI\n")
            let share = bench.processorShare()
            try bench.require(
                share < 0.1,
                Text("nothing to do, and nothing done", pt: "nada a fazer, e nada feito"),
                Text(
                    "\(percent(share)) of a processor with one idle client",
                    pt: "\(percent(share)) de um processador com um cliente ocioso"))
        },
        CheckCase(
            "7.9", .hostile,
            Text(
                "threads and processes end with their clients", pt: "threads e processos terminam com os seus clientes"),
            .leaks, needs: [.process]
        ) { bench throws(CaseStop) in
            try visit(bench, sessions: 20)
            let before = bench.server.resources?.threads ?? 0
            try visit(bench, sessions: 100)
            try bench.require(
                bench.look(for: leaveLimit(bench)) { (bench.server.resources?.threads ?? 0) <= before + 10 },
                Text(
                    "as many threads after 100 clients have left as before them: \(before)",
                    pt: "tantas threads depois que 100 clientes saíram quanto antes: \(before)"),
                Text(
                    "there are \(bench.server.resources?.threads ?? 0)",
                    pt: "há \(bench.server.resources?.threads ?? 0)"))
        },
        CheckCase(
            "7.10", .hostile,
            Text(
                "memory does not grow with clients that have left", pt: "a memória não cresce com clientes que saíram"),
            .leaks, needs: [.process]
        ) { bench throws(CaseStop) in try memoryStaysFlat(bench) },
        CheckCase(
            "7.11", .hostile, Text("five hundred clients at the same time", pt: "quinhentos clientes ao mesmo tempo"),
            .errorsThatEndTheServer, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            var peers: [Peer] = []
            for number in 1...500 {
                do throws(CaseStop) { peers.append(try bench.greeted()) } catch {
                    guard case .failed(var finding) = error else { throw error }
                    finding.note = Text(
                        "\(number - 1) clients are connected already", pt: "\(number - 1) clientes já estão conectados")
                    throw .failed(finding)
                }
            }
            for peer in peers { peer.say("todos juntos\n") }
            for peer in peers { try bench.expect(peer, "TODOS JUNTOS\n", with: peers) }
        },
    ]

    /// Sessions one after the other, that end in every way there is.
    private static func visit(_ bench: Bench, sessions: Int) throws(CaseStop) {
        for number in 0..<sessions {
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

    /// Two seconds is how long a clean close may take, and some more for the looking.
    private static func leaveLimit(_ bench: Bench) -> Duration { .seconds(3) + bench.patience.limit }

    /// A server may take memory for its work, and a collector of garbage may take its time; so it is a leak only if batch
    /// after batch takes more, for as long as the checker has patience.
    private static func memoryStaysFlat(_ bench: Bench) throws(CaseStop) {
        let (sessions, batches, bytesPerSession) = (200, 6, 4 << 10)
        let text = [UInt8](repeating: UInt8(ascii: "m"), count: (16 << 10) - 1) + [0x0A]
        let answer = text.map { $0 == 0x0A ? $0 : $0 - 0x20 }
        var sizes: [Int] = []
        for _ in 0...batches {
            for _ in 0..<sessions {
                let peer = try bench.greeted()
                try bench.ask(peer, text, answer)
                peer.close()
            }
            let before = sizes.last ?? 0
            let isFlat = bench.look(for: sizes.isEmpty ? .zero : bench.patience.quiet) {
                (bench.server.resources?.privateBytes ?? 0) < before + sessions * bytesPerSession
            }
            if isFlat, !sizes.isEmpty { return }
            sizes.append(bench.server.resources?.privateBytes ?? 0)
        }
        let growth = ((sizes.last ?? 0) - (sizes.first ?? 0)) / (batches * sessions) >> 10
        throw .failed(
            Finding(
                expected: .fact(
                    Text(
                        "memory stays about the same however many clients come and go",
                        pt: "a memória fica mais ou menos igual por mais clientes que venham e vão")),
                note: Text(
                    "it grew with each of \(batches) batches of \(sessions) clients, by \(growth) KiB a client",
                    pt:
                        "ela cresceu com cada um de \(batches) grupos de \(sessions) clientes, \(growth) KiB por cliente"
                )))
    }
}

extension Bench {
    /// The share of a processor that the server takes while nothing is asked of it, or would take if others left it one: the
    /// least of some looks, since it may still be putting things away.
    func processorShare() -> Double {
        var least = Double.infinity
        for _ in 0..<4 {
            let (start, before) = (Instant.now, server.resources ?? .init())
            pause(.milliseconds(100))
            let after = server.resources ?? .init()
            let wall = Double((.now - start).nanoseconds)
            let used = Double((after.processorTime - before.processorTime).nanoseconds) / wall
            // On a busy machine whoever wakes up waits for a while, and only who never sleeps is ready nearly all the time.
            let ready = Double((after.readyTime - before.readyTime).nanoseconds) / wall
            least = min(least, ready > 0.6 ? max(ready, used) : used)
            if least < 0.02 { break }
        }
        return least
    }
}
