// With the policy to close, bytes that are not UTF-8 end the session with a notice on a line of its own.

import EcoProtocol
import Testing

@Suite struct InvalidBytesTests {
    @Test func `Nothing of the line was sent yet: the notice stands alone`() {
        expect([.closed()], to: [[0xFF]], invalidBytes: .close)
        expect([.closed("OI\n")], to: [utf8("oi\n") + [0xFF]], invalidBytes: .close)
        expect([.echo("OI\n"), .closed()], to: [utf8("oi\n"), [0xFF]], invalidBytes: .close)
    }

    @Test func `What came before them is answered, and the notice begins a line`() {
        expect([.closed("OI\n")], to: [utf8("oi") + [0xFF]], invalidBytes: .close)
        expect([.closed("UM\nDOIS\n")], to: [utf8("um\ndois") + [0xFF] + utf8("três\n")], invalidBytes: .close)
    }

    @Test func `The line was begun by an earlier read: the notice begins a line`() {
        expect([.echo("OI"), .closed("\n")], to: [utf8("oi"), [0xFF]], invalidBytes: .close)
        expect([.echo("\n ", texts: 2), .closed("\n")], to: [utf8("\n "), [0xFF]], invalidBytes: .close)
    }

    @Test func `Held bytes that turn out to be no character end the session`() {
        expect([.nothing, .closed()], to: [[0xC3], utf8("a")], invalidBytes: .close)
        expect([.echo("OI"), .closed("\n")], to: [utf8("oi") + [0xE2, 0x82], utf8("\n")], invalidBytes: .close)
        expect([.nothing, .closed()], to: [[0xE2], [0xC3]], invalidBytes: .close)
    }

    @Test func `Held bytes that become a character do not`() {
        expect([.nothing, .echo("Ç"), .nothing], to: [[0xC3], [0xA7]], invalidBytes: .close)
    }

    @Test(arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func `A partial sequence at the end of stream counts as invalid`(prefix: [UInt8]) {
        expect([.nothing, .closed()], to: [prefix], invalidBytes: .close)
        expect([.echo("OI"), .closed("\n")], to: [utf8("oi") + prefix], invalidBytes: .close)
        expect([.echo("OI\n"), .closed()], to: [utf8("oi\n") + prefix], invalidBytes: .close)
    }

    @Test func `An end of stream with nothing held is no fault`() {
        expect([.echo("OI"), .nothing], to: ["oi"], invalidBytes: .close)
    }

    @Test func `A goodbye before them wins`() {
        expect([.goodbye("TCHAU\n")], to: [utf8("tchau\n") + [0xFF]], invalidBytes: .close)
        expect([.goodbye("TCHAU")], to: ["tchau"], invalidBytes: .close)
    }

    @Test func `A goodbye with them, or after them, does not`() {
        expect([.closed("TCHAU\n")], to: [utf8("tchau") + [0xFF] + utf8("\n")], invalidBytes: .close)
        expect([.closed("OI\n")], to: [utf8("oi") + [0xFF] + utf8("\ntchau\n")], invalidBytes: .close)
    }

    @Test func `The notice is the server line's`() {
        #expect(ReferenceSession.notice == utf8(ServerLine.invalidText.text))
    }
}
