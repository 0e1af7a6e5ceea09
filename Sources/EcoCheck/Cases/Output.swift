// 9. What the server says about itself.
import ServerHarness
import Support

enum Output {
    static let cases = [
        CheckCase(
            "9.1", .hostile, Text("nobody reads what it prints", pt: "ninguém lê o que ele imprime"), .blockedOutput,
            needs: [.process, .lastOfServer]
        ) { bench throws(CaseStop) in
            try bench.restart(
                output: .stalled,
                Text(
                    "it starts although nobody reads its standard output",
                    pt: "ele inicia mesmo que ninguém leia a sua saída padrão"))
            for number in 1...400 where bench.hasTimeForMore {
                let peer = try bench.connect()
                peer.close()
                // A client that is served now was queued behind the others, so no queue overflows.
                if number.isMultiple(of: 4) {
                    try bench.expectService(
                        note: Text(
                            "its standard output is a full pipe; \(number) clients have come and gone",
                            pt: "a sua saída padrão é um pipe cheio; \(number) clientes vieram e se foram"))
                }
            }
        }
    ]
}
