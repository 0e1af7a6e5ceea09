// 4. Goodbye: exactly tchau, as a line or as a message.
import Support

enum Goodbye {
    /// The session ends after this answer.
    private static func end(_ bench: Bench, _ text: String, _ answer: String) throws(CaseStop) {
        let peer = try bench.greeted()
        try bench.ask(peer, text, answer)
        try bench.expectEnd(peer)
        peer.close()
    }

    /// The session goes on after this answer.
    private static func goOn(_ bench: Bench, _ text: String, _ answer: String) throws(CaseStop) {
        let peer = try bench.greeted()
        try bench.ask(peer, text, answer)
        try bench.ask(
            peer, "ainda aqui\n", "AINDA AQUI\n")
        peer.close()
    }

    static let cases = lessonCases + robustCases

    private static let lessonCases = [
        CheckCase(
            "4.1", .lesson, Text("tchau and a newline", pt: "tchau e uma quebra de linha"), .comparingBeforeStripping
        ) { bench throws(CaseStop) in try end(bench, "tchau\n", "TCHAU\n") },
        CheckCase(
            "4.2", .lesson, Text("tchau without a newline", pt: "tchau sem quebra de linha"), .comparingBeforeStripping
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "oi", "OI")
            try bench.ask(peer, "tchau", "TCHAU")
            try bench.expectEnd(peer)
        },
        CheckCase(
            "4.3", .lesson, Text("white space around tchau", pt: "espaços em volta de tchau"), .comparingBeforeStripping
        ) { bench throws(CaseStop) in
            try end(bench, "  tchau \r\n", "  TCHAU \r\n")
            try end(bench, "\ttchau", "\tTCHAU")
            try end(bench, "tchau \n", "TCHAU \n")
        },
        CheckCase(
            "4.4", .lesson,
            Text(
                "what is no goodbye: TCHAU, Tchau, tchau amigo, tchau!",
                pt: "o que não é despedida: TCHAU, Tchau, tchau amigo, tchau!"), .comparingBeforeStripping
        ) { bench throws(CaseStop) in
            for text in [
                "TCHAU\n", "Tchau\n", "tchau amigo\n", "tchau!\n", "diga tchau\n", "tchautchau\n", "tchal\n",
                "t chau\n",
            ] {
                try goOn(bench, text, text.uppercased())
            }
        },
    ]

    private static let robustCases = [
        CheckCase(
            "4.5", .robust,
            Text(
                "a goodbye that is one line among many of a read",
                pt: "uma despedida que é uma linha entre várias de uma leitura"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            try end(bench, "oi\ntchau\n", "OI\nTCHAU\n")
            try end(bench, "um\ndois\n tchau \r\n", "UM\nDOIS\n TCHAU \r\n")
        },
        CheckCase(
            "4.6", .robust, Text("tchau typed key by key", pt: "tchau digitado tecla por tecla"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            for key in ["t", "c", "h", "a", "u", "\n"] { try bench.ask(peer, key, key.uppercased()) }
            try bench.expectEnd(peer)
        },
        CheckCase(
            "4.7", .robust,
            Text(
                "a message is a goodbye, the end of a read is none",
                pt: "uma mensagem é despedida, o fim de uma leitura não é"), .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "ab", "AB")
            try bench.ask(peer, "tchau", "TCHAU")
            try bench.expectEnd(peer)
            peer.close()
            try goOn(bench, "oi\ntchau", "OI\nTCHAU")
            let other = try bench.greeted()
            try bench.ask(other, "oi\ntchau", "OI\nTCHAU")
            try bench.ask(other, "\n", "\n")
            try bench.expectEnd(other)
        },
        CheckCase(
            "4.8", .robust,
            Text(
                "Unicode white space around tchau: U+00A0, U+3000, U+2028, U+001C",
                pt: "espaços Unicode em volta de tchau: U+00A0, U+3000, U+2028, U+001C"), .comparingBeforeStripping
        ) { bench throws(CaseStop) in
            try end(bench, "\u{A0}tchau\u{3000}\n", "\u{A0}TCHAU\u{3000}\n")
            try end(bench, "\u{2028}tchau\u{1C}\n", "\u{2028}TCHAU\u{1C}\n")
            // Neither of these is white space.
            try goOn(bench, "tchau\u{200B}\n", "TCHAU\u{200B}\n")
            try goOn(bench, "\u{FEFF}tchau\n", "\u{FEFF}TCHAU\n")
        },
        CheckCase(
            "4.9", .robust,
            Text("what follows a goodbye is not answered", pt: "o que vem depois da despedida não é respondido"),
            .readsAreNotMessages
        ) { bench throws(CaseStop) in
            try end(bench, "tchau\n\n", "TCHAU\n")
            try end(bench, "tchau\nmais\n", "TCHAU\n")
        },
        CheckCase(
            "4.10", .robust,
            Text(
                "the end of a longer line is no goodbye", pt: "o fim de uma linha mais longa não é despedida"),
            .readsAreNotMessages
        ) { bench throws(CaseStop) in
            let peer = try bench.greeted()
            try bench.ask(peer, "x", "X")
            try bench.ask(peer, "tchau\n", "TCHAU\n")
            try bench.ask(peer, "ainda aqui\n", "AINDA AQUI\n")
        },
    ]
}
