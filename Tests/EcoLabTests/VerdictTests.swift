// What the figures are made into: estimates, intervals, verdicts.
import EcoLoad
import Testing

@testable import EcoLab

@Suite("A verdict")
struct VerdictTests {
    private static let judged = JudgedFigure("peak", .processorTime)

    private static func verdict(_ ratios: [Double], comparisons: Int = 1) -> Verdict {
        Verdict(.peak, judged, of: "b", against: "a", pairs: ratios.map { ($0, 1) }, comparisons: comparisons)
    }

    @Test(
        "reports a difference only if it is more than chance and more than 3 %",
        arguments: [
            ([1.5, 1.52, 1.48, 1.51, 1.49], Verdict.Word.more), ([0.5, 0.51, 0.49, 0.5, 0.5], .less),
            // Sure, and too small to matter.
            ([1.02, 1.021, 1.019, 1.02, 1.02], .same), ([1.0, 1.001, 0.999, 1.0, 1.0], .same),
            // Larger, and not sure.
            ([1.5, 0.8, 1.9, 1.1, 1.4], .undecided), ([1.05, 1.0, 1.1, 0.98, 1.08], .undecided),
            // Sure that there is one, and not that it matters.
            ([1.04, 1.05, 1.02, 1.06, 1.03], .undecided), ([2.0], .undecided), ([], .missing), ([0, -1], .missing),
        ])
    func words(ratios: [Double], word: Verdict.Word) { #expect(Self.verdict(ratios).word == word) }

    @Test("needs more certainty the more verdicts there are")
    func correction() {
        let ratios = [1.10, 1.16, 1.08, 1.14, 1.12]
        let (alone, among) = (Self.verdict(ratios), Self.verdict(ratios, comparisons: 40))
        #expect(alone.word == .more && among.word == .undecided)
        #expect((among.high ?? 0) - (among.low ?? 0) > 2 * ((alone.high ?? 0) - (alone.low ?? 0)))
    }

    @Test("is an interval, in the words of its figure")
    func sentences() {
        #expect(Self.verdict([1.39, 1.4, 1.41, 1.4, 1.4]).sentence == "b costs 1.39 to 1.41 times the CPU of a")
        #expect(Self.verdict([1, 1, 1]).sentence == "no difference that matters")
        let rate = Verdict(
            .blockingWork, JudgedFigure("blocking-work sleep:5ms", .rate), of: "b", against: "a",
            pairs: [(30, 1), (30, 1), (30, 1)], comparisons: 1)
        #expect(rate.isBetter == true && rate.word == .more)
        #expect(Self.verdict([3, 3, 3]).isBetter == false)
    }

    @Test(
        "shows factors with significant digits only",
        arguments: [
            (1.3, "1.30"), (12.34, "12"), (123.4, "123"), (3e30, "more than 100,000"), (.infinity, "more than 100,000"),
            (0.51, "0.51"), (0.0123, "0.012"), (0.001, "less than 0.01"),
            (0.996, "1.00"),
        ])
    func factors(value: Double, text: String) { #expect(Verdict.factor(value) == text) }
}
