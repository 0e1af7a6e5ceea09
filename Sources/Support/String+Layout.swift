// Layout of text: padding, lines, lists.

extension String {
    /// With spaces after it, at least this wide.
    public func padded(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

    /// With spaces before it, at least this wide.
    public func leftPadded(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }

    /// Its words in lines of at most this many characters; a longer word has its own line. Never empty.
    ///
    /// - Parameter keepsSpaces: whether several spaces between two words stay several.
    public func wrapped(_ width: Int, keepsSpaces: Bool = false) -> [String] {
        var lines = [""]
        for word in split(separator: " ", omittingEmptySubsequences: !keepsSpaces) {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + 1 + word.count > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = "\(line) \(word)"
            }
        }
        return lines
    }

    /// In lines of 80 columns, each with its newline.
    public var paragraph: String { wrapped(80).joined(separator: "\n") + "\n" }
}

extension [String] {
    /// Lines with a label before the first of them.
    public func labelled(_ label: String, width: Int) -> [String] {
        enumerated().map { ($0 == 0 ? label : "").padded(width) + $1 }
    }

    /// `a`, `a and b`, `a, b and c`.
    public var listed: String { listed(with: "and") }

    /// `a`, `a or b`, `a, b or c`.
    public var alternatives: String { listed(with: "or") }

    private func listed(with word: String) -> String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " \(word) " + last
    }
}
