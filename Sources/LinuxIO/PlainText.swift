// Foreign text that may be shown on a terminal.

extension Unicode.Scalar {
    /// Whether a terminal may interpret it as a command, or reorder what follows: C0 and C1 controls, DEL, the controls of writing
    /// direction, and other format characters of Unicode.
    public var commandsTerminals: Bool {
        switch value {
        case 0x20..<0x7F: false
        default: [.control, .format].contains(properties.generalCategory)
        }
    }
}

extension String {
    /// The same with U+FFFD in place of terminal commands, except newlines; a tab becomes a space.
    ///
    /// Text from servers, files, names and options is shown only in this form.
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

    /// A JSON document with escapes in place of terminal commands: it has the same meaning, and can be viewed safely.
    public var plainJSON: String {
        guard unicodeScalars.contains(where: { $0.value >= 0x7F && $0.commandsTerminals }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            // Characters beyond ASCII occur only in strings. ASCII controls are already escaped, or are white space between values.
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
