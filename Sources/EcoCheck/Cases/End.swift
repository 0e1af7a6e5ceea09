// 5. End: nothing that was received is lost, and the last bytes arrive.
import Support

enum End {
    static let cases = [
        CheckCase(
            "5.1", .lesson,
            Text(
                "the client ends its side, and so does the server",
                pt: "o cliente encerra o seu lado, e o servidor também"),
            .forgettingEndOfStream
        ) { bench throws(CaseStop) in
            let silent = try bench.greeted()
            silent.endSending()
            try bench.expectEnd(silent)
            silent.close()
            let peer = try bench.greeted()
            try bench.ask(peer, "oi\n", "OI\n")
            peer.endSending()
            try bench.expectEnd(peer)
        },
        CheckCase(
            "5.2", .robust,
            Text(
                "everything received is answered before the end",
                pt: "tudo o que foi recebido é respondido antes do fim"),
            .forgettingEndOfStream
        ) { bench throws(CaseStop) in
            for count in [1, 200] {
                let peer = try bench.greeted()
                let text = (0..<count).map { "linha numero \($0)\(String(repeating: " e mais", count: 140))\n" }
                    .joined()
                peer.say(text)
                peer.endSending()
                try bench.expect(peer, text.uppercased())
                try bench.expectEnd(peer)
                peer.close()
            }
        },
        CheckCase(
            "5.3", .robust,
            Text(
                "the last bytes arrive though more had been sent",
                pt: "os últimos bytes chegam mesmo que mais tenha sido enviado"),
            .closingWithUnreadInput
        ) { bench throws(CaseStop) in
            let more = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
            for _ in 0..<5 {
                let peer = try bench.greeted()
                peer.say(Array("antes\ntchau\n".utf8) + more)
                try bench.expect(peer, "ANTES\nTCHAU\n")
                do throws(CaseStop) { try bench.expectEnd(peer) } catch {
                    // After more text, or silence, the server has not recognised the end.
                    guard case .failed(var finding) = error, finding.ending == .open else { throw error }
                    finding.mistake = .readsAreNotMessages
                    throw .failed(finding)
                }
                peer.close()
            }
        },
        CheckCase(
            "5.4", .robust,
            Text(
                "the close is clean for a client that talks on",
                pt: "o fechamento é limpo para um cliente que continua a falar"),
            .closingWithUnreadInput
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "tchau\n", "TCHAU\n")
            try bench.expectEnd(peer)
            for _ in 0..<5 {
                // On this machine a reset comes back before the call returns; elsewhere after a round trip.
                peer.say("ainda estou aqui\n")
                bench.pause(bench.patience.roundTrip ?? .milliseconds(1))
            }
            try bench.require(
                !peer.isBroken,
                Text(
                    "a client that still sends after the end is read and ignored for a while",
                    pt: "um cliente que ainda fala depois do fim é lido e ignorado por um tempo"),
                Text("its connection was reset", pt: "a sua conexão sofreu um reset"))
        },
        CheckCase(
            "5.5", .robust,
            Text(
                "a big transfer to a reader that reads late", pt: "uma transferência grande para um leitor que lê tarde"
            ),
            .partialSend
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            peer.isReading = false
            let text = numberedWords(1 << 20)
            peer.say(text)
            // Until the server stops reading, or has read everything.
            try bench.wait(for: peer, limit: bench.patience.quiet) { peer.hasSentAll }
            peer.endSending()
            peer.isReading = true
            try bench.expect(peer, text.map { $0 >= 0x61 ? $0 - 0x20 : $0 })
            try bench.expectEnd(peer)
        },
    ]

    /// Words of seven letters, all different, so that a gap shows wherever it is; in lines of 32 KB.
    private static func numberedWords(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(8 * count)
        for number in 0..<count {
            var rest = number
            for _ in 0..<7 {
                text.append(UInt8(ascii: "a") + UInt8(rest % 26))
                rest /= 26
            }
            text.append(number % 4096 == 4095 ? UInt8(ascii: "\n") : UInt8(ascii: " "))
        }
        return text
    }
}
