// Numbers with what they count.
import Support
import Testing

@Suite("Counts")
struct CountTests {
    @Test(
        "are of one thing, or of several",
        arguments: [
            (0, "0 clients"), (1, "1 client"), (2, "2 clients"), (1001, "1,001 clients"), (-1, "-1 clients"),
        ])
    func things(number: Int, text: String) { #expect(Count(number).of("client") == text) }

    @Test("have irregular plurals", arguments: [(1, "1 try"), (3, "3 tries")])
    func irregular(number: Int, text: String) { #expect(Count(number).of("try", "tries") == text) }
}
