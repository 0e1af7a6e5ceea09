// The protocol's section on the goodbye, clause by clause.

import EcoProtocol
import Testing

@Suite struct GoodbyeTests {
    @Test func `A message says goodbye`() {
        expect([.goodbye("TCHAU")], to: ["tchau"])
    }

    @Test func `A line says goodbye`() {
        expect([.goodbye("TCHAU\n")], to: ["tchau\n"])
        expect([.goodbye("OI\nTCHAU\n", texts: 2)], to: ["oi\ntchau\n"])
    }

    @Test func `It is answered with its white space`() {
        expect([.goodbye("  TCHAU \r\n")], to: ["  tchau \r\n"])
        expect([.goodbye("\t TCHAU\u{3000}")], to: ["\t tchau\u{3000}"])
    }

    /// Unicode's 25 but the newline, and four separators.
    @Test func `There are 28 kinds of white space`() {
        #expect(RandomStream.whiteSpace.count == 28)
    }

    @Test(arguments: RandomStream.whiteSpace)
    func `Every white space is stripped, from both ends`(space: String) {
        expect([.goodbye("\(space)TCHAU\(space)\(space)")], to: ["\(space)tchau\(space)\(space)"])
        expect([.goodbye("\(space)\(space)TCHAU\(space)\n")], to: ["\(space)\(space)tchau\(space)\n"])
        expect([.echo("TC\(space)HAU\n"), .nothing], to: ["tc\(space)hau\n"])
    }

    @Test(arguments: ["\0", "\u{1B}", "\u{180E}", "\u{200B}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{301}", ".", "!"])
    func `Nothing else is stripped`(text: String) {
        for message in ["\(text)tchau", "tchau\(text)", "\(text)tchau\n", " tchau \(text) \n"] {
            let reply = Conversation([utf8(message)]).replies()
            #expect(reply.first == .echo(message.uppercased()), "\(hex(utf8(message)))")
        }
    }

    @Test(arguments: ["Tchau", "TCHAU", "tchaU", "tchaux", "xtchau", "tcha", "chau", "tchau tchau", "tcháu"])
    func `Nothing but tchau in lower case says goodbye`(text: String) {
        for ending in ["", "\n", " \r\n"] {
            let reply = Conversation([utf8(text + ending)]).replies()
            #expect(reply.first == .echo(text.uppercased() + ending))
        }
    }

    @Test func `White space alone says nothing`() {
        expect([.echo(" \n \n\n", texts: 3), .nothing], to: [" \n \n\n"])
    }

    // Lines.

    @Test func `A terminal that sends each key can say goodbye`() {
        expect(
            [.echo("T"), .echo("C"), .echo("H"), .echo("A"), .echo("U"), .goodbye("\n")],
            to: ["t", "c", "h", "a", "u", "\n"])
    }

    @Test func `A line may come in any pieces, its white space too`() {
        expect([.echo("  TC"), .echo("HAU "), .goodbye("\r\n")], to: ["  tc", "hau ", "\r\n"])
        expect([.echo(" "), .echo("TCHA"), .goodbye("U\n")], to: [" ", "tcha", "u\n"])
        expect([.echo("OI\n", texts: 1), .echo("TC"), .goodbye("HAU\n")], to: ["oi\n", "tc", "hau\n"])
    }

    @Test func `A line's white space may be cut within a character`() {
        let reads: [[UInt8]] = [[0xC2], [0xA0] + utf8("tchau"), [0xE2, 0x80], [0x83, 0x0A]]
        expect([.nothing, .echo("\u{A0}TCHAU"), .nothing, .goodbye("\u{2003}\n")], to: reads)
    }

    @Test func `One line among many of a read says goodbye, and what follows is dropped`() {
        expect([.goodbye("OI\n TCHAU\r\n", texts: 2)], to: ["oi\n tchau\r\nmais\n"])
        expect([.goodbye("TCHAU\n")], to: ["tchau\nmais"])
        expect([.goodbye("TCHAU\n")], to: [utf8("tchau\n") + [0xFF, 0xC3]])
    }

    /// A search for newlines that takes many bytes at a time has an end to mind at each length. The fillers have bytes that
    /// differ from a newline in one bit, or by one.
    @Test(arguments: ["a", "ç", " ", "\u{B}", "\t", "\u{8A}", "J", "*", "\u{2}", "\0"])
    func `A goodbye is found behind a line of any length, wherever the read begins and ends`(filler: String) {
        let space = OwnedSpace(readCapacity: 1024)
        let tail = String(repeating: "mais", count: 80)
        let indent = String(repeating: " ", count: 150)
        let goodbyes = [
            "tchau\n", " tchau \r\n", "tchau", "tchau\n\(tail)", "tchau!\n\(tail)", tail, "\(indent)tchau\n\(tail)",
        ]
        var wrong: [String] = []
        for length in Array(0...40) + Array(120...140) + Array(250...272) {
            let line = Array(String(repeating: filler, count: length).utf8.prefix(length)) + utf8("\n")
            for goodbye in goodbyes {
                for reads in [[line + utf8(goodbye)], [utf8("x\n"), line + utf8(goodbye)], [line, utf8(goodbye)]] {
                    let conversation = Conversation(reads)
                    if let disagreement = conversation.disagreement(in: space) { wrong.append(disagreement) }
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) disagreements; the first: \(wrong.first ?? "")")
    }

    @Test func `The line wins over the message`() {
        expect([.goodbye("TCHAU\n")], to: ["tchau\n\n"])
    }

    @Test func `A line with more on it is no goodbye, in whatever reads it came`() {
        expect([.echo("AB"), .echo("C TCHAU\n"), .nothing], to: ["ab", "c tchau\n"])
        expect([.echo("X"), .echo("TCHAU\n"), .nothing], to: ["x", "tchau\n"])
        expect([.echo("X"), .echo("T"), .echo("CHAU\n"), .nothing], to: ["x", "t", "chau\n"])
    }

    // Messages.

    @Test func `A message says goodbye in the midst of a line`() {
        expect([.echo("AB"), .goodbye("TCHAU")], to: ["ab", "tchau"])
        expect([.echo("OI\nAB", texts: 2), .goodbye(" TCHAU ")], to: ["oi\nab", " tchau "])
    }

    @Test func `The rest of a read is no message, until its newline makes it a line`() {
        expect([.echo("OI\nTCHAU", texts: 2), .nothing], to: ["oi\ntchau"])
        expect([.echo("OI\nTCHAU", texts: 2), .goodbye("\n")], to: ["oi\ntchau", "\n"])
        expect([.echo("\nTCHAU", texts: 2), .nothing], to: ["\ntchau"])
    }

    @Test func `A goodbye cut in two reads is no message`() {
        expect([.echo("TC"), .echo("HAU"), .nothing], to: ["tc", "hau"])
    }

    @Test func `A message has no held bytes before it`() {
        let answer: [UInt8] = [0xC3] + utf8("TCHAU")
        expect([.nothing, .echo(answer, invalid: 1), .nothing], to: [[0xC3], utf8("tchau")])
        expect([.nothing, .echo("\u{A0}TCHAU"), .nothing], to: [[0xC2], [0xA0] + utf8("tchau")])
    }

    @Test func `A message has no held bytes after it`() {
        expect([.echo("TCHAU"), .echo([0xC2], invalid: 1)], to: [utf8("tchau") + [0xC2]])
        expect([.echo("TCHAU"), .echo("\u{A0}"), .nothing], to: [utf8("tchau") + [0xC2], [0xA0]])
        expect([.echo("TCHAU"), .goodbye("\u{A0}\n")], to: [utf8("tchau") + [0xC2], [0xA0, 0x0A]])
    }

    @Test func `A message may follow one that held bytes, once they are answered`() {
        expect([.nothing, .echo("Ç"), .goodbye("TCHAU")], to: [[0xC3], [0xA7], utf8("tchau")])
    }

    @Test func `Neither a line nor a message with bytes that are not UTF-8 says goodbye`() {
        expect([.echo(utf8("TCHAU") + [0xFF], invalid: 1), .nothing], to: [utf8("tchau") + [0xFF]])
        expect([.echo([0xA0] + utf8("TCHAU\n"), invalid: 1), .nothing], to: [[0xA0] + utf8("tchau\n")])
        expect([.echo("TCHAU"), .echo([0xC2, 0x0A], invalid: 1), .nothing], to: [utf8("tchau") + [0xC2], [0x0A]])
    }

    @Test func `A line that was begun when the stream ends says nothing`() {
        expect([.echo("TCH"), .echo("AU"), .nothing], to: ["tch", "au"])
    }
}
