// 1. Greeting.
import ServerHarness
import Support

enum Greeting {
    static let cases = [
        CheckCase(
            "1.1", .lesson,
            Text(
                "the greeting comes at once, before the client says anything",
                pt: "a saudação vem de imediato, antes que o cliente diga algo"), .greetingAndNumbers
        ) { bench throws(CaseStop) in
            let peer = try bench.connect()
            try bench.expectExactGreeting(peer)
            try bench.expectNothingMore(peer)
        },
        CheckCase(
            "1.2", .lesson,
            Text("clients are numbered one after the other", pt: "os clientes são numerados um após o outro"),
            .greetingAndNumbers
        ) { bench throws(CaseStop) in
            var before: UInt64?
            for _ in 0..<4 {
                let peer = try bench.greeted()
                let number = try bench.number(of: peer)
                if let before {
                    // Another client may be served meanwhile, unless the checker has started the server.
                    let isNext = bench.server.isOwn ? number == before + 1 : number > before
                    try bench.require(
                        isNext,
                        Text(
                            "client \(before) is followed by client \(before + 1)",
                            pt: "depois do cliente \(before) vem o cliente \(before + 1)"),
                        Text("it is greeted as client \(number)", pt: "é saudado como cliente \(number)"))
                }
                before = number
                peer.endSending()
                try bench.expectEnd(peer)
                peer.close()
            }
        },
        CheckCase(
            "1.3", .lesson, Text("the first client is number 1", pt: "o primeiro cliente é o número 1"),
            .greetingAndNumbers, needs: [.process, .freshServer]
        ) { bench throws(CaseStop) in
            let number = try bench.number(of: try bench.greeted())
            try bench.require(
                number == 1,
                Text(
                    "the first client of a server that was just started is client 1",
                    pt: "o primeiro cliente de um servidor recém-iniciado é o cliente 1"),
                Text("it is greeted as client \(number)", pt: "é saudado como cliente \(number)"))
        },
        CheckCase(
            "1.4", .lesson, Text("several clients at the same time", pt: "vários clientes ao mesmo tempo"),
            .oneClientAtATime
        ) { bench throws(CaseStop) in
            let first = try bench.greeted()
            let second = try bench.connect()
            let note = Text(
                "another client is connected, and says nothing",
                pt: "outro cliente está conectado, e não diz nada")
            try bench.noting(note) { () throws(CaseStop) in try bench.expectGreeting(second) }
            second.say("segundo\n")
            try bench.expect(second, "SEGUNDO\n", note: note)
            try bench.ask(first, "primeiro\n", "PRIMEIRO\n")
            // Also at the same time: what one of them sends must not reach the other.
            for number in 1...5 {
                first.say("primeiro, \(number)\n")
                second.say("segundo, \(number)\n")
                try bench.expect(first, "PRIMEIRO, \(number)\n", with: [second])
                try bench.expect(second, "SEGUNDO, \(number)\n", with: [first])
            }
        },
        CheckCase(
            "1.5", .robust,
            Text(
                "fifty clients, five at once, and no number given twice",
                pt: "cinquenta clientes, cinco de uma vez, sem repetir número"),
            .greetingAndNumbers, needs: [.severalClients]
        ) { bench throws(CaseStop) in
            var seen: Set<UInt64> = []
            // Five at once, since many servers' queues take no more, and all of them stay.
            for _ in 0..<10 {
                var peers: [Peer] = []
                for _ in 0..<5 { peers.append(try bench.knock()) }
                for peer in peers {
                    try bench.waitForConnection(peer, with: peers)
                    try bench.expectGreeting(peer, with: peers)
                    let number = try bench.number(of: peer)
                    try bench.require(
                        seen.insert(number).inserted,
                        Text("fifty numbers for fifty clients", pt: "cinquenta números para cinquenta clientes"),
                        Text("two are client \(number)", pt: "dois são o cliente \(number)"))
                }
            }
        },
    ]
}
