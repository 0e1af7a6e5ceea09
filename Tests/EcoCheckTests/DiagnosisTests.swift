// What is behind a failure, recognised by what came.
import Testing

@testable import EcoCheck

private func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("A diagnosis")
struct DiagnosisTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let mistake: Mistake?
        var own: [String] = []
        var others: [String] = []
        var expected: [UInt8]
        var got: [UInt8]
        /// What stands before the number in the greeting that the first client got.
        var head = "Servidor de eco (cliente "
        var ownNumber: UInt64? = 3

        var testDescription: String { "\(mistake.map { "\($0)" } ?? "nothing"): \(ByteText(got).text)" }
    }

    private static let examples: [Example] = [
        Example(
            mistake: .nulBehindTheText, own: ["oi\n", "sim\n"], expected: utf8("SIM\n"), got: [0] + utf8("SIM\n")),
        // A NUL that was said is no surprise, and one that should have come is none either.
        Example(mistake: nil, own: ["a\0b\n"], expected: utf8("AB\n"), got: utf8("A\0B\n")),
        Example(mistake: nil, own: ["a\0b\n"], expected: utf8("A\0B\n"), got: utf8("A")),
        Example(mistake: .ownLineEnds, own: ["oi\n"], expected: utf8("OI\n"), got: utf8("OI\r\n")),
        Example(mistake: .ownLineEnds, own: ["oi\r\n"], expected: utf8("OI\r\n"), got: utf8("OI\n")),
        Example(mistake: .turkishUpperCase, own: ["oi\n"], expected: utf8("OI\n"), got: utf8("Oİ\n")),
        Example(
            mistake: .latin1UpperCase, own: ["€\n"], expected: utf8("€\n"), got: [0xC2, 0x82, 0xAC, 0x0A]),
        Example(
            mistake: .staleBuffer, own: ["123 testando\n", "sim\n", "e\n"], expected: utf8("E\n"),
            got: utf8("TESTANDO\nE\n")),
        Example(
            mistake: .staleBuffer, own: ["quatro\ncin", "co\n"], expected: utf8("CO\n"),
            got: utf8("CO\ntro\ncin")),
        // However many reads the longer text took.
        Example(
            mistake: .staleBuffer, own: ["uma linha maior que o buffer\n", "curta\n"], expected: utf8("CURTA\n"),
            got: utf8("MAIOR QUE\nCURTA\n")),
        // An earlier text as a whole, and part of the answer in another order, have other causes.
        Example(
            mistake: nil, own: ["primeira linha\n", "outra\n", "x\n"], expected: utf8("X\n"),
            got: utf8("PRIMEIRA LINHA\nX\n")),
        Example(
            mistake: nil, own: ["um e dois\n", "um\ndois\n"], expected: utf8("UM\nDOIS\n"),
            got: utf8("DOIS\nUM\n")),
        Example(
            mistake: .sharedBuffer, own: ["primeiro, 1\n"], others: ["segundo, 1\n"], expected: utf8("PRIMEIRO, 1\n"),
            got: utf8("SEGUNDO, 1\n")),
        Example(
            mistake: .addressOfALoopVariable, own: ["oi\n"], expected: utf8("OI\n"),
            got: utf8("Servidor de eco (cliente 7).\nOI\n")),
        // Its own greeting again, and an end of line too many, are no other client's.
        Example(
            mistake: nil, own: ["oi\n"], expected: utf8("OI\n"), got: utf8("Servidor de eco (cliente 3).\nOI\n")),
        Example(mistake: nil, own: ["oi\n", "e\n"], expected: utf8("E\n"), got: utf8("\nE\n")),
        // Where a greeting is expected, what comes is the client's own, however it is worded.
        Example(
            mistake: nil, expected: utf8("Servidor de eco (cliente 3).\n"),
            got: utf8("Servidor de Eco (cliente 3).\n"), head: "Servidor de Eco (cliente ", ownNumber: nil),
        Example(
            mistake: nil, expected: utf8("Servidor de eco (cliente 3).\n"), got: utf8("Welcome, client 3\n"),
            head: "Welcome, client ", ownNumber: nil),
        Example(
            mistake: nil, expected: utf8("Servidor de eco (cliente 3).\n"),
            got: utf8("SERVIDOR DE ECO (CLIENTE 3).\n"), head: "SERVIDOR DE ECO (CLIENTE ", ownNumber: nil),
        // Where an answer is expected, it is not.
        Example(
            mistake: .addressOfALoopVariable, own: ["oi\n"], expected: utf8("OI\n"),
            got: utf8("Welcome, client 7\nOI\n"), head: "Welcome, client "),
        // Its own text, in another order or not in upper case, does not come from another client.
        Example(
            mistake: nil, own: ["um\ndois\n"], others: ["um\ndois\n"], expected: utf8("UM\nDOIS\n"),
            got: utf8("DOIS\nUM\n")),
        Example(mistake: nil, own: ["olá\n"], others: ["oi\n"], expected: utf8("OLÁ\n"), got: utf8("OLá\n")),
        Example(mistake: nil, own: ["oi\n"], expected: utf8("OI\n"), got: []),
    ]

    @Test("names the mistake if the bytes that came show it, and none otherwise", arguments: examples)
    func recognition(example: Example) {
        let diagnosis = Diagnosis(
            own: example.own.map(utf8), others: example.others.map(utf8),
            greetingHead: utf8(example.head), ownNumber: example.ownNumber)
        let finding = Finding(expected: .bytes(example.expected), got: example.got)
        #expect(diagnosis.result(for: finding)?.mistake == example.mistake)
    }

    @Test("takes bytes that come instead of the end for bytes after an answer")
    func end() {
        let diagnosis = Diagnosis(
            own: [utf8("um texto\n"), utf8("tchau\n")], others: [], greetingHead: [])
        #expect(diagnosis.result(for: Finding(expected: .end, got: [0]))?.mistake == .nulBehindTheText)
        #expect(diagnosis.result(for: Finding(expected: .end, got: utf8("TO\n")))?.mistake == .staleBuffer)
    }
}

@Suite("A greeting's shape")
struct GreetingShapeTests {
    private static func length(_ learned: String, _ came: String) -> Int? {
        GreetingShape(of: Array(learned.utf8)).length(in: Array(came.utf8))
    }

    @Test(
        "is learned from the first client, and found before whatever follows it",
        arguments: [
            ("Servidor de eco (cliente 1).\n", "Servidor de eco (cliente 12).\nOI\n", 30),
            ("Oi.\n", "Any first line\nOI\n", 15), ("a\nb\n", "a\nb\nOI\n", 4), ("Oi\n> ", "Oi\n> OI\n", 5),
            // What is not there every time is no part of it.
            ("Oi\n> ", "Oi\nOI\n", 3), ("(cliente 1).", "(cliente 10).OI", 13), ("Oi!", "Oi!OI\n", 3), ("", "OI\n", 0),
        ])
    func found(learned: String, came: String, length: Int) { #expect(Self.length(learned, came) == length) }

    @Test(
        "is waited for until it has come as a whole",
        arguments: [
            ("Oi.\n", "Oi."), ("a\nb\n", "a\nb"), ("Oi\n> ", "Oi\n>"), ("(cliente 1).", "(cliente 10)"), ("Oi!", "Oi"),
        ])
    func partial(learned: String, came: String) { #expect(Self.length(learned, came) == nil) }

    @Test(
        "has the number that stands behind the word cliente, or the first",
        arguments: [
            ("Servidor de eco (cliente 12).\n", 12), ("cliente 7", 7), ("v2: cliente 3", 3), ("no. 4", 4), ("Oi", nil),
            ("cliente 99999999999999999999", nil),
        ] as [(String, UInt64?)])
    func number(text: String, number: UInt64?) { #expect(GreetingShape.number(in: Array(text.utf8)) == number) }
}
