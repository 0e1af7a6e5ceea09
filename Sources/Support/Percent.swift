// Shares as people read them.

/// A share in percent: `0.3 %`, `9.9 %`, `12 %`. From 10 % on without tenths.
public struct Percent: CustomStringConvertible, Sendable {
    public let description: String

    /// - Parameter share: 0.12 is 12 %.
    public init(_ share: Double) {
        guard share.isFinite, abs(share) < 1e6 else {
            description = "?"
            return
        }
        description = "\(Self.digits(share)) %"
    }

    /// The number alone. The share has to be finite, and less than a million.
    private static func digits(_ share: Double) -> String {
        let tenths = (share * 1000).rounded() / 10
        return abs(tenths) < 10 ? "\(tenths)" : "\(Int((share * 100).rounded()))"
    }

    /// A change with its sign, for a column of a table: `+0.3%`, `-12%`.
    public static func signed(_ share: Double) -> String {
        // Relative to nearly nothing, any multiple is meaningless.
        guard abs(share) < 1e6 else { return share < 0 ? "< -1e8%" : "> +1e8%" }
        return "\(share < 0 ? "-" : "+")\(digits(abs(share)))%"
    }
}
