// Amounts of memory as people read them.

/// An amount of memory as people write it.
public struct Bytes: CustomStringConvertible, Sendable {
    public let description: String

    public init(_ bytes: Double) {
        let sign = bytes < 0 ? "-" : ""
        let size = abs(bytes)
        switch size {
        case ..<1000: description = "\(sign)\(size < 10 ? TimeText.digits(size) : "\(Int(size.rounded()))") B"
        case ..<1e6: description = "\(sign)\(TimeText.digits(size / 1e3)) kB"
        case ..<1e9: description = "\(sign)\(TimeText.digits(size / 1e6)) MB"
        default: description = "\(sign)\(TimeText.digits(size / 1e9)) GB"
        }
    }
}
