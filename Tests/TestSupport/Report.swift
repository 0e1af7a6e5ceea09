// The counters that a server says on SIGUSR1.
import Foundation

/// One line of JSON, as far as a test reads it: numbers, and one level of objects with numbers.
public struct Report: Sendable {
    public let line: String
    /// `clients`, `refused.full` and so on.
    private let values: [String: Int]

    /// Those lines of a text that look like JSON.
    public static func lines(in text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().filter { $0.hasPrefix("{") }
            .map(String.init)
    }

    /// Nil if the line is not of this form.
    public init?(_ line: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            return nil
        }
        var values: [String: Int] = [:]
        for (name, value) in object {
            switch value {
            case let number as Int: values[name] = number
            case let causes as [String: Int]: for (cause, count) in causes { values["\(name).\(cause)"] = count }
            default: return nil
            }
        }
        self.line = line
        self.values = values
    }

    /// -1 if there is no such counter.
    public subscript(name: String) -> Int { values[name] ?? -1 }
}
