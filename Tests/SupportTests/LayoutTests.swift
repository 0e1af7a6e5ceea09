// Numbers, lines and tables as people read them.
import Support
import Testing

@Suite("What people read")
struct LayoutTests {
    @Test(
        "in percent has tenths below ten",
        arguments: [
            (0, "0.0 %"), (0.003, "0.3 %"), (0.0994, "9.9 %"), (0.0996, "10 %"), (0.123, "12 %"), (1.5, "150 %"),
            (-0.02, "-2.0 %"), (.nan, "?"), (.infinity, "?"), (1e7, "?"),
        ])
    func percent(share: Double, text: String) { #expect(Percent(share).description == text) }

    @Test(
        "of a change has its sign and only significant digits",
        arguments: [
            (0, "+0.0%"), (0.0123, "+1.2%"), (-0.0123, "-1.2%"), (0.25, "+25%"), (-2, "-200%"), (1e9, "> +1e8%"),
            (-1e9, "< -1e8%"),
        ])
    func change(share: Double, text: String) { #expect(Percent.signed(share) == text) }

    @Test("of memory has the unit that suits it")
    func bytes() {
        let texts = [0.5, 8, 999, 4096, 1_500_000, 3.2e9, -4096].map { Bytes($0).description }
        #expect(texts == ["0.50 B", "8.00 B", "999 B", "4.10 kB", "1.50 MB", "3.20 GB", "-4.10 kB"])
    }

    @Test("of a rate is a whole number, unless that would be meaningless")
    func rates() {
        #expect([0, 0.4, 1, 9.5, 50_006.4].map { RateText($0).description } == ["0", "0.40", "1", "9.50", "50,006"])
        #expect(RateText(1).of("message") == "1 message" && RateText(0.4).of("message") == "0.40 messages")
    }

    @Test("is wrapped between words, and a word is never cut")
    func wrapping() {
        #expect("one two three".wrapped(7) == ["one two", "three"])
        #expect("one two three".wrapped(6) == ["one", "two", "three"])
        #expect("incomprehensible word".wrapped(6) == ["incomprehensible", "word"])
        #expect("".wrapped(6) == [""] && "a  b".wrapped(6) == ["a b"])
        #expect("a  b c".wrapped(4, keepsSpaces: true) == ["a  b", "c"])
        #expect("a b".paragraph == "a b\n")
        #expect(["x", "y"].labelled("why", width: 5) == ["why  x", "     y"])
    }

    @Test("in a table is in columns")
    func tables() {
        #expect(TextTable.line(["a", "b", "c d"], [.left(3), .right(4), .rest]) == "a     bc d")
        #expect(TextTable.lines([["a", "bb", "c"], ["aaa", "b", "cc"]]) == ["a    bb  c", "aaa  b   cc"])
        #expect(TextTable.lines([]).isEmpty)
    }

    @Test("as a list has commas, and an and or an or", arguments: [[], ["a"], ["a", "b"], ["a", "b", "c"]])
    func lists(words: [String]) {
        #expect(words.listed == ["", "a", "a and b", "a, b and c"][words.count])
        #expect(words.alternatives == ["", "a", "a or b", "a, b or c"][words.count])
    }

    @Test("in markup is escaped, for the page and for a terminal")
    func markup() {
        #expect(
            Markup.escaped("<a href=\"x\">&\u{1B}[1m\t\r\n\u{FFFF}")
                == "&lt;a href=&quot;x&quot;&gt;&amp;\u{FFFD}[1m  \n\u{FFFD}")
    }

    @Test("is in the language of the locale")
    func languages() {
        let text = Text("yes", pt: "sim")
        #expect(text.in(Language(locale: "pt_BR.UTF-8")) == "sim" && text.in(Language(locale: "C")) == "yes")
    }
}
