// Values of the options of `eco load`, as people write them.
import ArgumentParser
import EcoLoad
import Support

/// A time: `10s`, `500ms`, `1.5m`, or a number of seconds.
struct Time: Quantity, Equatable {
    private static let units: Set<TimeValue.Unit> = [.milliseconds, .microseconds, .seconds, .minutes, .hours]

    let seconds: Double

    init?(argument: String) {
        guard let seconds = Self.size(of: argument) else { return nil }
        self.seconds = seconds
    }

    static func size(of text: String) -> Double? { TimeValue(text, units: units, implied: .seconds)?.seconds }

    static func told(_ range: ClosedRange<Double>) -> String {
        let most = text(range.upperBound)
        return range.isAboveZero ? "more than 0, \(most) at most" : "\(text(range.lowerBound)) to \(most)"
    }

    /// A time in the form in which it is given.
    static func text(_ seconds: Double) -> String { TimeValue.text(seconds: seconds, units: units) }
}

/// A rate: `50000`, `50k`, `1.5M` messages per second.
struct Rate: Quantity {
    let perSecond: Double

    init?(argument: String) {
        guard let perSecond = Self.size(of: argument) else { return nil }
        self.perSecond = perSecond
    }

    static func size(of text: String) -> Double? {
        let factor = text.hasSuffix("k") ? 1e3 : text.hasSuffix("M") ? 1e6 : 1
        guard let number = Double(factor == 1 ? text[...] : text.dropLast()), number.isFinite, number >= 0 else {
            return nil
        }
        return number * factor
    }

    static func told(_ range: ClosedRange<Double>) -> String {
        "\(range.lowerBound) to \(Int(range.upperBound / 1e6))M messages per second"
    }
}

/// Sizes: `64`, `16k`, or `64:80%,1024:15%,16384:5%`.
struct Sizes: Quantity {
    /// Of one message, in bytes: a letter and the newline at least.
    static let bytes = 2...Double(SizeMix.largest)

    let mix: SizeMix

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        var entries: [SizeMix.Entry] = []
        for part in parts {
            let fields = part.split(separator: ":", omittingEmptySubsequences: false)
            guard let bytes = Self.bytes(fields[0]), fields.count == (parts.count > 1 ? 2 : fields.count),
                fields.count <= 2
            else {
                return nil
            }
            var weight = 100.0
            if fields.count == 2 {
                guard fields[1].hasSuffix("%"), let share = Double(fields[1].dropLast()), share > 0, share <= 100 else {
                    return nil
                }
                weight = share
            }
            entries.append(.init(bytes: bytes, weight: weight))
        }
        guard !entries.isEmpty, abs(entries.reduce(0) { $0 + $1.weight } - 100) < 0.01 else { return nil }
        mix = SizeMix(entries)
    }

    /// Of a single size.
    static func size(of text: String) -> Double? {
        let factor = text.hasSuffix("k") ? 1 << 10 : text.hasSuffix("M") ? 1 << 20 : 1
        return Int(factor == 1 ? text[...] : text.dropLast()).map { Double($0) * Double(factor) }
    }

    static func told(_ range: ClosedRange<Double>) -> String {
        "a number of bytes, \(Int(range.lowerBound)) to \(Int(range.upperBound) >> 20)M"
    }

    private static func bytes(_ text: Substring) -> Int? {
        guard let size = size(of: String(text)), bytes.contains(size) else { return nil }
        return Int(size)
    }
}

/// Source addresses: `127.0.0.2`, `127.0.0.2-127.0.0.40`, separated by commas.
struct Sources: ExpressibleByArgument {
    let addresses: [String]

    init?(argument: String) {
        var addresses: [String] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
            switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
            case (1, let one?, _): addresses.append(Self.text(one))
            case (2, let first?, let last?) where first <= last && last - first < 65_536:
                addresses += (first...last).map(Self.text)
            default: return nil
            }
        }
        self.addresses = addresses
    }

    private static func number(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part) else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    private static func text(_ number: UInt32) -> String {
        "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }
}

/// A moment: seconds since 1970 as `date +%s` writes them, or `2026-11-24T16:00:00Z`.
struct Moment: Quantity {
    let secondsSince1970: Double

    init?(argument: String) {
        guard let seconds = Self.size(of: argument) else { return nil }
        secondsSince1970 = seconds
    }

    static func told(_ range: ClosedRange<Double>) -> String {
        "seconds since 1970, \(Int(range.upperBound)) at most, or a time"
    }

    static func size(of text: String) -> Double? {
        if let number = Double(text) { return number.isFinite ? number : nil }
        let numbers = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard text.hasSuffix("Z"), text.count == 20, numbers.count == 6, (1...12).contains(numbers[1]),
            (1...31).contains(numbers[2]), numbers[3] < 24, numbers[4] < 60, numbers[5] <= 60
        else { return nil }
        // Days from civil (Hinnant): years begin in March, so that the leap day is their last.
        let year = numbers[1] > 2 ? numbers[0] : numbers[0] - 1
        let era = year / 400
        let dayOfYear = (153 * (numbers[1] + (numbers[1] > 2 ? -3 : 9)) + 2) / 5 + numbers[2] - 1
        let yearOfEra = year - era * 400
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Double(days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    }
}

extension Objective: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension LoadPlan.Arrivals: ExpressibleByArgument {}
extension LoadPlan.Language: ExpressibleByArgument {}
extension LoadPlan.ServerProtocol: ExpressibleByArgument {}
