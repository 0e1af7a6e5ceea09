// 2. Texts: each is answered as it comes, whatever a read brings.
import Support

enum Texts {
    static let cases = [
        CheckCase(
            "2.1", .lesson, Text("a line, and another line", pt: "uma linha, e mais outra"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (line, answer) in [
                ("oi\n", "OI\n"), ("tudo bem?\n", "TUDO BEM?\n"), ("123 testando\n", "123 TESTANDO\n"),
                // Shorter again: no bytes of a longer line may be left.
                ("sim\n", "SIM\n"), ("e\n", "E\n"), ("fim\n", "FIM\n"),
            ] {
                try bench.ask(peer, line, answer)
            }
        },
        CheckCase(
            "2.2", .lesson,
            Text(
                "text without a newline is answered at once", pt: "texto sem quebra de linha é respondido de imediato"),
            .waitingForANewline
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "oi", "OI")
            try bench.ask(peer, " de novo", " DE NOVO")
            try bench.ask(peer, "x", "X")
        },
        CheckCase(
            "2.3", .lesson, Text("several lines in one read", pt: "várias linhas em uma leitura"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "um\ndois\ntres\n", "UM\nDOIS\nTRES\n")
            try bench.ask(peer, "quatro\ncin", "QUATRO\nCIN")
            try bench.ask(peer, "co\n", "CO\n")
        },
        CheckCase(
            "2.4", .lesson,
            Text("empty lines and carriage returns", pt: "linhas vazias e retornos de carro"), .waitingForANewline
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (text, answer) in [
                ("\n", "\n"), ("\r\n", "\r\n"), ("a\r\n", "A\r\n"), ("\n\n\nb\n", "\n\n\nB\n"), (" \n", " \n"),
            ] {
                try bench.ask(peer, text, answer)
            }
        },
        CheckCase(
            "2.5", .robust,
            Text("a line longer than any buffer", pt: "uma linha maior que qualquer buffer"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            let text = (0..<100_000).map { UInt8(ascii: "a") + UInt8($0 % 26) } + [UInt8(ascii: "\n")]
            try bench.ask(peer, text, text.map { $0 >= 0x61 ? $0 - 0x20 : $0 })
            try bench.ask(peer, "curta\n", "CURTA\n")
        },
        CheckCase(
            "2.6", .robust,
            Text(
                "a hundred lines sent without waiting come back in order",
                pt: "cem linhas enviadas sem esperar voltam em ordem"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            peer.say((0..<100).map { "linha \($0)\n" }.joined())
            try bench.expect(peer, (0..<100).map { "LINHA \($0)\n" }.joined())
        },
        CheckCase(
            "2.7", .robust,
            Text(
                "texts that are just as long as a buffer: 100 to 65,536 bytes",
                pt: "textos do tamanho exato de um buffer: de 100 a 65.536 bytes"), .readingUntilFull
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for count in [100, 128, 256, 512, 1000, 1024, 2048, 4096, 8192, 16_384, 65_536] {
                // With and without a newline: some servers wait for more bytes whatever the last one was.
                for end in [[], [UInt8(ascii: "\n")]] {
                    let text = [UInt8](repeating: UInt8(ascii: "b"), count: count - end.count) + end
                    try bench.ask(peer, text, text.map { $0 == 0x0A ? $0 : $0 - 0x20 })
                }
            }
        },
    ]
}
