// 3. Echo: upper case of UTF-8, however it is cut.
import Support

enum Echo {
    static let cases = [
        CheckCase(
            "3.1", .lesson, Text("upper case of ASCII", pt: "maiúsculas de ASCII"), .upperCase
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            let text = (UInt8(0x20)...0x7E).map { $0 }
            try bench.ask(peer, text + [0x0A], text.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 } + [0x0A])
        },
        CheckCase(
            "3.2", .robust,
            Text(
                "a UTF-8 sequence cut between two reads", pt: "uma sequência UTF-8 cortada entre duas leituras"),
            .decodingEachRead
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (character, answer) in [("á", "Á"), ("ﬀ", "FF"), ("€", "€"), ("😀", "😀"), ("𐐨", "𐐀")] {
                let bytes = Array(character.utf8)
                for cut in 1..<bytes.count {
                    // The answer to the letter before it shows that the first part has been read.
                    try bench.ask(peer, [0x61] + bytes[..<cut], [0x41])
                    try bench.ask(peer, bytes[cut...] + [0x62, 0x0A], Array(answer.utf8) + [0x42, 0x0A])
                }
            }
        },
        CheckCase(
            "3.3", .robust, Text("upper case of accented letters", pt: "maiúsculas de letras acentuadas"), .upperCase
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            // The euro sign shows whether the bytes are taken for Latin-1: the letters come back as they do with ASCII alone.
            try bench.ask(peer, "5 €: olá, não há ação sem reação\n", "5 €: OLÁ, NÃO HÁ AÇÃO SEM REAÇÃO\n")
            try bench.ask(peer, "à é ê í ó õ ú ü ñ ø ж λ\n", "À É Ê Í Ó Õ Ú Ü Ñ Ø Ж Λ\n")
        },
        CheckCase(
            "3.4", .robust,
            Text(
                "upper case that is longer than the text: ß, ŉ, ΐ, ﬃ",
                pt: "maiúsculas mais longas que o texto: ß, ŉ, ΐ, ﬃ"), .upperCase
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for (text, answer) in [
                ("straße\n", "STRASSE\n"), ("ŉ\n", "ʼN\n"), ("ΐ\n", "\u{399}\u{308}\u{301}\n"), ("oﬃce\n", "OFFICE\n"),
                // Neither language nor context matters.
                ("ıi\n", "II\n"), ("σς\n", "ΣΣ\n"), ("ǆ\n", "Ǆ\n"), ("e\u{301}\n", "E\u{301}\n"),
            ] {
                try bench.ask(peer, text, answer)
            }
            let much = String(repeating: "ΐ", count: 20_000)
            try bench.ask(peer, much + "\n", String(repeating: "\u{399}\u{308}\u{301}", count: 20_000) + "\n")
        },
    ]
}
