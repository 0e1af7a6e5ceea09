// A histogram drawn in characters: the time against the share of messages.
import Glibc
import Support

/// Times by percentile: each step to the right halves the remaining share, so that the slowest few have as much room as the rest.
struct PercentileCurve {
    let lines: [String]

    private static let height = 8
    private static let stepsPerHalving = 5
    private static let margin = 10

    /// Empty if there is nothing to draw.
    init(_ times: Times) {
        guard times.count > 1 else {
            lines = []
            return
        }
        // As many halvings as there are messages to distinguish, at most 13: 99.99 %.
        let halvings = min(13, Int.bitWidth - times.count.leadingZeroBitCount)
        let steps = halvings * Self.stepsPerHalving
        let values = (0...steps).map { step -> Double in
            let left = Self.power(0.5, Double(step) / Double(Self.stepsPerHalving))
            return Double(max(1, times.percentile(100 * (1 - left))))
        }
        let (low, high) = (values[0], max(values[steps], values[0] * 1.01))
        let rows = values.map {
            Int((Self.logarithm($0 / low) / Self.logarithm(high / low) * Double(Self.height - 1)).rounded())
        }
        var drawing: [String] = []
        for row in stride(from: Self.height - 1, through: 0, by: -1) {
            let value = low * Self.power(high / low, Double(row) / Double(Self.height - 1))
            let marks = rows.map { $0 == row ? "*" : $0 > row ? "." : " " }.joined()
            drawing.append(TimeText(UInt64(value)).description.leftPadded(Self.margin) + " |" + marks)
        }
        lines = drawing + [Self.axis(halvings)]
    }

    /// The shares below the marks: 0, 50, 75, 90, 99, 99.9, 99.99 percent, where they fit.
    private static func axis(_ halvings: Int) -> String {
        var axis = [Character](repeating: " ", count: margin + 2 + halvings * stepsPerHalving + 8)
        var free = 0
        for (text, share) in [("0", 0.0), ("50%", 0.5), ("90", 0.9), ("99", 0.99), ("99.9", 0.999), ("99.99", 0.9999)] {
            let halving = -logarithm(1 - share) / logarithm(2)
            guard halving <= Double(halvings) else { break }
            let column = margin + 2 + Int((halving * Double(stepsPerHalving)).rounded())
            guard column >= free else { continue }
            for (offset, character) in text.enumerated() { axis[column + offset] = character }
            free = column + text.count + 1
        }
        return String(String(axis).reversed().drop { $0 == " " }.reversed())
    }

    private static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
    private static func logarithm(_ value: Double) -> Double { log2(value) }
}
