// What figures are made into: means, intervals, medians. The numbers are those of printed tables, and of SciPy 1.17.
import Statistics
import Testing

@Suite("Statistics")
struct StatisticsTests {
    @Test(
        "Student's quantiles are those of printed tables",
        arguments: [
            (0.95, 1.0, 12.706), (0.95, 2, 4.303), (0.95, 4, 2.776), (0.95, 30, 2.042), (0.95, 1e9, 1.960),
            (0.9, 5, 2.015),
            (0.99, 3, 5.841), (0.999, 2, 31.599), (0.999, 10, 4.587),
        ])
    func student(confidence: Double, freedom: Double, quantile: Double) {
        #expect(abs(StudentT.quantile(confidence: confidence, freedom: freedom) - quantile) < 0.0006)
    }

    @Test("a mean is as certain as its values are similar")
    func mean() throws {
        let sample = try #require(Sample([3, 4, 8, 5, 9]))
        #expect(sample.count == 5 && sample.mean == 5.8 && abs(sample.variance - 6.7) < 1e-12)
        #expect(abs(sample.margin(confidence: 0.95) - 3.213967570731904) < 1e-9)
        let alike = try #require(Sample([2, 2, 2]))
        #expect(alike.margin(confidence: 0.95) == 0)
        #expect(
            abs(alike.margin(confidence: 0.95, leastDeviation: 0.002) - 4.302652729911275 * 0.002 / 3.0.squareRoot())
                < 1e-9)
    }

    @Test("a single value gives no certainty, and no values give no sample")
    func few() throws {
        let one = try #require(Sample([4]))
        #expect(one.mean == 4 && one.margin(confidence: 0.95) == .infinity)
        #expect(Sample([]) == nil && GeometricMean([0, -1, .infinity], confidence: 0.95) == nil)
        #expect(OrderStatistics<Int>([]) == nil)
        let other = try #require(Sample([4, 5]))
        #expect(Sample.margin(ofDifference: one, other, confidence: 0.95) == .infinity)
    }

    @Test("two means differ by Welch's interval, whatever their variances")
    func welch() throws {
        let (left, right) = (try #require(Sample([100, 102, 98, 101, 99])), try #require(Sample([104, 109, 101])))
        #expect(abs(Sample.margin(ofDifference: left, right, confidence: 0.95) - 9.054887711244398) < 1e-9)
        let alike = try #require(Sample([1, 1]))
        #expect(Sample.margin(ofDifference: alike, alike, confidence: 0.95) == 0)
    }

    @Test("values that vary by factors have a geometric mean, with an interval of factors")
    func geometric() throws {
        let middle = try #require(GeometricMean([9.5, 10.25, 0, 11, 8.75], confidence: 0.95))
        #expect(middle.count == 4 && abs(middle.mean - 9.839251285917141) < 1e-9)
        #expect(abs(middle.low - 8.411914247570097) < 1e-9 && abs(middle.high - 11.508779454734377) < 1e-9)
        let one = try #require(GeometricMean([5], confidence: 0.95))
        #expect(abs(one.mean - 5) < 1e-12 && one.margin == .infinity && one.low == 0 && one.high == .infinity)
    }

    @Test("each of many statements needs more certainty")
    func bonferroni() {
        #expect(Bonferroni.confidence(0.95, ofEach: 1) == 0.95 && Bonferroni.confidence(0.95, ofEach: 0) == 0.95)
        let each = Bonferroni.confidence(0.95, ofEach: 36)
        #expect(abs(StudentT.quantile(confidence: each, freedom: 4) - 7.899767914810943) < 1e-6)
    }

    @Test("the median is one of the values, and half of them lie between the quartiles")
    func order() throws {
        let odd = try #require(OrderStatistics([5, 1, 4, 2, 3]))
        #expect(odd.median == 3 && odd.lowerQuartile == 2 && odd.upperQuartile == 4 && odd.largest == 5)
        let even = try #require(OrderStatistics([4, 1, 3, 2]))
        #expect(even.median == 3)
    }
}
