// Text that people may see on a terminal, from whomever it comes.

extension Unicode.Scalar {
    /// Whether a terminal may take it for a command, or show what follows in another order: controls of C0 and C1, DEL, the controls
    /// of writing direction, and what else Unicode calls a format character.
    public var commandsTerminals: Bool {
        switch value {
        case 0x20..<0x7F: false
        default: [.control, .format].contains(properties.generalCategory)
        }
    }
}

extension String {
    /// The same with U+FFFD for all that commands a terminal, but for newlines; a tab is a space.
    ///
    /// What servers, files, names and options have said is shown in this form and in no other.
    public var plain: String {
        guard unicodeScalars.contains(where: { $0.commandsTerminals && $0 != "\n" }) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": text.append(scalar)
            case "\t": text.append(" ")
            default: text.append(scalar.commandsTerminals ? "\u{FFFD}" : scalar)
            }
        }
        return String(text)
    }

    /// The same in one line.
    public var plainLine: String { String(plain.map { $0.isNewline ? " " : $0 }) }

    /// A document of JSON with escapes for all that commands a terminal: it says the same, and may be looked at.
    public var plainJSON: String {
        guard unicodeScalars.contains(where: { $0.value >= 0x7F && $0.commandsTerminals }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            // Beyond ASCII there are only strings. The others of ASCII are escaped already, or white space between values.
            guard scalar.value >= 0x7F, scalar.commandsTerminals else {
                text.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }
}
