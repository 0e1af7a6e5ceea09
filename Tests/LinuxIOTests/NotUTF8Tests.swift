// Text that is not UTF-8.
import LinuxIO
import Testing

@Suite("Text that is not UTF-8")
struct NotUTF8Tests {
    @Test(
        "is shown with its bad bytes escaped, and the rest as it is",
        arguments: [
            ([0x2F, 0x63, 0x61, 0x66, 0xE9], "/caf\\xE9"), ([0xFF], "\\xFF"), ([], ""), (Array("é/x".utf8), "é/x"),
            // A sequence that is cut, an overlong one, a surrogate.
            ([0x61, 0xE2, 0x82], "a\\xE2\\x82"), ([0xC0, 0x80, 0x62], "\\xC0\\x80b"),
            ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"), ([0xE9, 0xC3, 0xA9], "\\xE9é"),
        ] as [([UInt8], String)])
    func escaped(bytes: [UInt8], text: String) { #expect(NotUTF8(bytes).escaped == text) }
}
