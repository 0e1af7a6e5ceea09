// Text within XML and HTML.
import LinuxIO

/// Text from people and servers as plain text in markup.
public enum Markup {
    /// Text for XML 1.0 and HTML, within elements and in double quotes: markup is escaped, and characters that they forbid even in escaped
    /// form are replaced.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += scalar == "\n" ? "\n" : " "
            case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            // No terminal commands, since people also view XML on a terminal.
            default: result.unicodeScalars.append(scalar.commandsTerminals ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }
}
