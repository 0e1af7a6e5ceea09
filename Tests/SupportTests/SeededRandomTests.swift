// Random numbers that come again.
import Support
import Testing

@Suite("Seeded random numbers")
struct SeededRandomTests {
    @Test("are those of the published generator, and a function of the seed")
    func vector() {
        var random = SeededRandom(seed: 1_234_567)
        let published: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        for number in published { #expect(random.next() == number) }
    }

    @Test("are there without those before them, too")
    func nth() {
        var random = SeededRandom(seed: 0)
        for n in 1...100 as ClosedRange<UInt64> { #expect(SeededRandom.nth(n) == random.next()) }
    }
}
