// What is received goes back in upper case, text by text: the protocol's sections on texts and echo, clause by clause.

import EcoProtocol
import Testing

@Suite struct EchoTests {
    @Test func `A read without newline is a text and is answered at once`() {
        expect([.echo("OI"), .nothing], to: ["oi"])
    }

    @Test func `A line with its newline is a text`() {
        expect([.echo("OI\n"), .nothing], to: ["oi\n"])
    }

    @Test func `Each line of a read is a text, and its unterminated rest is one`() {
        expect([.echo("UM\nDOIS\nTRÊS", texts: 3), .nothing], to: ["um\ndois\ntrês"])
        expect([.echo("\n\n\n", texts: 3), .nothing], to: ["\n\n\n"])
    }

    @Test func `A line that comes in two reads is two texts`() {
        expect([.echo("O"), .echo("I\n"), .nothing], to: ["o", "i\n"])
    }

    @Test func `A return alone ends no line`() {
        expect([.echo("UM\rDOIS"), .nothing], to: ["um\rdois"])
    }

    @Test(arguments: ["\u{B}", "\u{C}", "\r", "\u{85}", "\u{2028}", "\u{2029}"])
    func `Of all that ends lines elsewhere, a line feed alone does here`(separator: String) {
        expect([.echo("A\(separator)B"), .nothing], to: ["a\(separator)b"])
        expect([.echo("A\(separator)TCHAU\(separator)"), .nothing], to: ["a\(separator)tchau\(separator)"])
    }

    @Test(arguments: [
        ("ß", "SS"), ("ŉ", "ʼN"), ("ΐ", "\u{399}\u{308}\u{301}"), ("ﬃ", "FFI"), ("ı", "I"), ("ſ", "S"), ("ç", "Ç"),
        ("ÿ", "Ÿ"), ("ɐ", "Ɐ"),
        ("ᾷ", "Α͂Ι"), ("𐐨", "𐐀"), ("ǆ", "Ǆ"), ("ǅ", "Ǆ"), ("İ", "İ"), ("i", "I"), ("ς", "Σ"), ("日本", "日本"), ("😀", "😀"),
    ])
    func `Upper case is the full default mapping, scalar by scalar`(text: String, upper: String) {
        expect([.echo(upper), .nothing], to: [text])
        expect([.echo("A\(upper)Z\n"), .nothing], to: ["a\(text)z\n"])
    }

    @Test func `An upper case may be three times as long`() {
        expect([.echo([0xCE, 0x99, 0xCC, 0x88, 0xCC, 0x81], invalid: 0), .nothing], to: [[0xCE, 0x90]])
    }

    @Test func `NUL and control characters are text like any other`() {
        expect([.echo("A\0B\u{1}\u{1B}[1m\u{7F}".uppercased()), .nothing], to: ["a\0b\u{1}\u{1B}[1m\u{7F}"])
        expect([.echo("\0"), .nothing], to: ["\0"])
    }

    @Test func `A cut character is held until its rest arrives`() {
        expect([.nothing, .echo("Ç"), .nothing], to: [[0xC3], [0xA7]])
        expect([.echo("A"), .echo("ÇB"), .nothing], to: [[0x61, 0xC3], [0xA7, 0x62]])
        expect([.nothing, .nothing, .nothing, .echo("😀"), .nothing], to: [[0xF0], [0x9F], [0x98], [0x80]])
    }

    @Test func `Held bytes are no text of their own`() {
        expect([.echo("A\n"), .echo("Ç\nB", texts: 2), .nothing], to: [[0x61, 0x0A, 0xC3], [0xA7, 0x0A, 0x62]])
    }

    @Test func `What can no longer become a character is answered at once`() {
        expect([.echo([0xE0, 0x80], invalid: 2), .nothing], to: [[0xE0, 0x80]])
        expect([.nothing, .echo([0xE0, 0x80], invalid: 2), .nothing], to: [[0xE0], [0x80]])
        expect([.echo([0xED, 0xA0], invalid: 2), .nothing], to: [[0xED, 0xA0]])
        expect([.echo([0xF0, 0x8F], invalid: 2), .nothing], to: [[0xF0, 0x8F]])
        expect([.echo([0xF4, 0x90], invalid: 2), .nothing], to: [[0xF4, 0x90]])
        expect([.echo([0xC1], invalid: 1), .nothing], to: [[0xC1]])
        expect([.echo([0xF5], invalid: 1), .nothing], to: [[0xF5]])
        expect([.echo([0x80], invalid: 1), .nothing], to: [[0x80]])
    }

    @Test func `Bytes that are not UTF-8 go back unchanged, and the session goes on`() {
        expect([.echo([0x41, 0xFF, 0x42], invalid: 1), .echo("C"), .nothing], to: [[0x61, 0xFF, 0x62], [0x63]])
        expect([.echo([0xC0, 0xAF], invalid: 2), .nothing], to: [[0xC0, 0xAF]])
    }

    @Test func `They go by maximal subparts: a character that begins behind them is one`() {
        expect([.echo([0xE2, 0xC3, 0x81], invalid: 1), .nothing], to: [[0xE2, 0xC3, 0xA1]])
        expect([.echo([0xE2, 0x82, 0xC3, 0x81], invalid: 2), .nothing], to: [[0xE2, 0x82, 0xC3, 0xA1]])
        expect([.echo([0xF0, 0x9F, 0x98, 0x41], invalid: 3), .nothing], to: [[0xF0, 0x9F, 0x98, 0x61]])
        expect([.echo([0xC3, 0xC3, 0x81], invalid: 1), .nothing], to: [[0xC3, 0xC3, 0xA1]])
    }

    @Test func `Maximal subparts are the same when a read ends amid them`() {
        expect([.nothing, .echo([0xE2], texts: 1, invalid: 1), .echo("Á"), .nothing], to: [[0xE2], [0xC3], [0xA1]])
        expect([.nothing, .echo([0xE2, 0x82, 0x0A], invalid: 2), .nothing], to: [[0xE2, 0x82], [0x0A]])
    }

    @Test(arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func `A held prefix at the end of stream goes back unchanged`(prefix: [UInt8]) {
        expect([.nothing, .echo(prefix, invalid: prefix.count)], to: [prefix])
        expect([.echo("A"), .echo(prefix, invalid: prefix.count)], to: [[0x61] + prefix])
    }

    @Test func `An end of stream with nothing held is answered with nothing`() {
        expect([.nothing], to: [] as [String])
        expect([.echo("A\n"), .nothing], to: ["a\n"])
    }

    @Test func `A session holds three bytes at most, and says how many`() {
        let space = OwnedSpace(readCapacity: 8)
        for (read, held) in [([0x61], 0), ([0xC3], 1), ([0xE2, 0x82], 2), ([0xF4, 0x8F, 0xBF], 3)] as [([UInt8], Int)] {
            var session = Session()
            _ = space.answer(&session, read)
            #expect(session.heldCount == held)
        }
        #expect(MemoryLayout<Session>.size == 4, "four bytes of state between reads")
    }
}
