// Text within XML and HTML.
import LinuxIO

/// Markup's view of text: what people and servers have said is text, and nothing else.
public enum Markup {
    /// Text as XML 1.0 and HTML take it, within elements and in double quotes: markup escaped, and nothing that they forbid
    /// even escaped.
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
            // Neither XML nor a terminal in front of it gets any command.
            default: result.unicodeScalars.append(scalar.commandsTerminals ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }
}
