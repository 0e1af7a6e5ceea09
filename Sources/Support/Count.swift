// Counts as people read them.

/// A whole number with its digits in groups of three.
public struct Count: CustomStringConvertible, Sendable {
    public let description: String
    private let isOne: Bool

    public init(_ number: Int) {
        let digits = String(number.magnitude)
        var text = ""
        for (offset, digit) in digits.enumerated() {
            if offset > 0, (digits.count - offset).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        description = number < 0 ? "-\(text)" : text
        isOne = number == 1
    }

    /// With what is counted: `1 client`, `2 clients`; `several` where an s is not enough.
    public func of(_ one: String, _ several: String? = nil) -> String {
        "\(self) \(isOne ? one : several ?? one + "s")"
    }
}
