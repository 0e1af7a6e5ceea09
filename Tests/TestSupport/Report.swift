// The counters that a server says on SIGUSR1.

/// One line of JSON, as far as a test reads it: numbers, and one level of objects with numbers.
public struct Report: Sendable {
    public let line: String
    /// `clients`, `refused.full` and so on.
    public let values: [String: Int]

    /// Those lines of a text that look like JSON.
    public static func lines(in text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().filter { $0.hasPrefix("{") }
            .map(String.init)
    }

    /// Nil if the line is not of this form.
    public init?(_ line: String) {
        self.line = line
        var values: [String: Int] = [:]
        var rest = line[...]
        guard Self.readObject(&rest, prefix: "", into: &values), rest.isEmpty else { return nil }
        self.values = values
    }

    public subscript(name: String) -> Int { values[name] ?? -1 }

    private static func readObject(_ rest: inout Substring, prefix: String, into values: inout [String: Int]) -> Bool {
        guard rest.first == "{" else { return false }
        repeat {
            rest.removeFirst()
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return false }
            let name = prefix + rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            guard rest.first == ":" else { return false }
            rest.removeFirst()
            if rest.first == "{" {
                guard readObject(&rest, prefix: name + ".", into: &values) else { return false }
            } else {
                let digits = rest.prefix { $0.isNumber || $0 == "-" }
                guard let value = Int(digits) else { return false }
                values[name] = value
                rest = rest.dropFirst(digits.count)
            }
        } while rest.first == ","
        guard rest.first == "}" else { return false }
        rest.removeFirst()
        return true
    }
}
