// Rates as people read them.

/// A number per second: `50,006`, and `0.40` where a whole number would say nothing.
public struct RateText: CustomStringConvertible, Sendable {
    public let description: String

    /// - Parameter perSecond: 0 or more.
    public init(_ perSecond: Double) {
        let isSmall = perSecond < 9.995 && perSecond != perSecond.rounded()
        description = isSmall ? TimeText.digits(perSecond) : Count(Int(min(perSecond, 1e15).rounded())).description
    }

    /// With what is counted: `1 message`, `0.40 messages`.
    public func of(_ one: String) -> String { "\(self) \(description == "1" ? one : one + "s")" }
}
