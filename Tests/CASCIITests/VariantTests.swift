// Every variant does what the reference does, whatever the text, its length and its place, and touches nothing else.

import CASCII
import Testing

@Suite struct VariantTests {
    /// Enough for a short text, blocks, two blocks at a time, and a last block that overlaps the one before.
    static let lengths = Array(0...300)
    /// All letters, what is beside them in ASCII, and a newline now and then.
    private static func text(_ length: Int) -> [UInt8] {
        (0..<length).map { (index: Int) -> UInt8 in
            if index % 97 == 96 { return UInt8(ascii: "\n") }
            return UInt8(0x3A + index * 7 % 0x45)
        }
    }

    private func expectNone(_ disagreements: [String]) {
        #expect(disagreements.isEmpty, "\(disagreements.count) disagreements; the first: \(disagreements.first ?? "")")
    }

    @Test(arguments: Variant.all)
    func `Texts of every length are changed at every alignment`(variant: Variant) {
        let workbench = Workbench()
        var wrong: [String] = []
        for length in Self.lengths {
            let text = Self.text(length)
            let expected = Reference.run(text)
            for offset in 0..<64 {
                if let fault = workbench.disagreement(variant, text, at: offset, expected: expected) {
                    wrong.append(fault)
                }
            }
        }
        expectNone(wrong)
    }

    /// The page before or behind the text ends the process if it is touched.
    @Test(arguments: Variant.all)
    func `Nothing beside a text is read`(variant: Variant) {
        let workbench = Workbench()
        var wrong: [String] = []
        for length in Self.lengths {
            let text = Self.text(length)
            let expected = Reference.run(text)
            if let fault = workbench.disagreement(variant, text, at: 0, expected: expected) { wrong.append(fault) }
            if let fault = workbench.disagreement(variant, atEnd: text, expected: expected) { wrong.append(fault) }
        }
        expectNone(wrong)
    }

    /// For the address sanitizer: memory of exactly the text's length.
    @Test(arguments: Variant.all)
    func `A text that fills its memory is changed`(variant: Variant) {
        for length in Self.lengths.dropFirst() {
            let text = Self.text(length)
            let expected = Reference.run(text)
            let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: length)
            defer { unsafe bytes.deallocate() }
            _ = unsafe bytes.initialize(fromContentsOf: text)
            let outcome = unsafe variant.run(bytes, before: text)
            let isRight = unsafe outcome == expected.outcome && bytes.elementsEqual(expected.text)
            #expect(isRight, "\(length) bytes")
        }
    }

    /// 300 bytes have every place of a block that there is; the shorter ones those of the shorter vectors.
    @Test(arguments: Variant.all, [5, 9, 17, 40, 64, 100, 300])
    func `Each of the 256 bytes is dealt with at every place`(variant: Variant, length: Int) {
        let workbench = Workbench()
        var wrong: [String] = []
        var text = Array(repeating: UInt8(ascii: "x"), count: length)
        for place in text.indices {
            for value in UInt8.min...UInt8.max {
                text[place] = value
                if let fault = workbench.disagreement(variant, atEnd: text, expected: Reference.run(text)) {
                    wrong.append(fault)
                }
            }
            text[place] = UInt8(ascii: "x")
        }
        expectNone(wrong)
    }

    /// What a line begins with, and whether a pass stops at it.
    static let openings: [(String, Bool)] = [
        ("tchau", true), ("tc", true), ("  tc", true), ("\t\r tchau", true), ("\u{A0}tchau", true), ("\u{3000}", true),
        ("", false), ("tx", false), ("Tc", false), ("x", false), ("  x", false), ("é", false), ("\0", true),
    ]

    /// `Outcome.stops` is compared, too; and that all from a stop on is as it was, at each.
    @Test(arguments: Variant.all, openings)
    func `A newline is counted at every place, and a line that may be a goodbye is stopped at`(
        variant: Variant, opening: (bytes: String, stops: Bool)
    ) {
        let workbench = Workbench()
        var wrong: [String] = []
        let more = "\nmais uma linha que nada diz e segue por mais de um bloco de sessenta e quatro bytes"
        for rest in ["", "\n", more] {
            for place in 0...200 {
                let head = Array(repeating: UInt8(ascii: "x"), count: place)
                let text = head + [UInt8(ascii: "\n")] + Array((opening.bytes + rest).utf8)
                let expected = Reference.run(text)
                if !rest.isEmpty, opening.bytes != "\0" {
                    #expect(expected.outcome.stops == (opening.stops ? [place + 1] : []))
                }
                if let fault = workbench.disagreement(variant, atEnd: text, expected: expected) { wrong.append(fault) }
            }
        }
        expectNone(wrong)
    }

    /// Two newlines at all places: in one block, at the edges of two, in blocks that were skipped over.
    @Test(arguments: Variant.all)
    func `Two newlines are counted wherever they are`(variant: Variant) {
        let workbench = Workbench()
        var wrong: [String] = []
        var text = Array(repeating: UInt8(ascii: "t"), count: 270)
        for first in text.indices {
            text[first] = UInt8(ascii: "\n")
            for second in first..<text.count {
                text[second] = UInt8(ascii: "\n")
                if let fault = workbench.disagreement(variant, atEnd: text, expected: Reference.run(text)) {
                    wrong.append(fault)
                }
                if second > first { text[second] = UInt8(ascii: "t") }
            }
            text[first] = UInt8(ascii: "t")
        }
        expectNone(wrong)
    }

    /// The caller wants nothing behind a goodbye: what it left out stays as it is.
    @Test(arguments: Variant.all)
    func `A pass that was stopped goes on to an end that came nearer`(variant: Variant) {
        for place in 0...200 {
            let head = Array(repeating: UInt8(ascii: "x"), count: place) + Array("\n".utf8)
            let text = head + Array("tchau\n".utf8) + Array(repeating: UInt8(ascii: "y"), count: 150)
            var bytes = text
            var pass = cascii_pass()
            // SAFETY: as many bytes as the array has, and then fewer.
            let stop = unsafe cascii_variant(variant.number).run(&bytes, bytes.count, &pass)
            #expect(stop == place + 1)
            pass.from = stop + 1
            let end = stop + 6
            let last = unsafe cascii_variant(variant.number).run(&bytes, end, &pass)
            #expect(last == end)
            #expect(bytes == text[..<end].map(Reference.upperCase) + text[end...])
            #expect(pass.newlines == 2)
            #expect(!pass.beyond)
        }
    }
}
