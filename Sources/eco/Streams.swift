// Standard output and error, for the commands that are not servers.
import Glibc
import LinuxIO
import Support

/// Both streams. Lines that a full disk does not take are counted; the next one tries again.
enum Streams {
    private static let output = Monitor(LineWriter(.standardOutput))
    private static let errors = Monitor(LineWriter(.standardError))

    /// Whether standard error is a terminal that can erase what was written.
    static let canRedraw = isatty(2) == 1 && Environment.word("TERM") != "dumb"

    /// Writes to standard output at once, since somebody may be watching. Stops if the reader has gone.
    static func say(_ text: String) { output.withLock { $0.write(Array(text.utf8)) } }

    /// Writes to standard error at once. Ignores a reader that has gone.
    static func tell(_ text: String) { errors.withLock { $0.write(Array(text.utf8)) } }

    /// Tells the user something in one line on standard error, without terminal commands, whatever was typed or printed.
    static func warn(_ line: String) {
        tell("eco: " + line.plainLine + "\n")
    }

    /// What is missing on standard output, in one line with the remedy; nil if nothing is.
    static var complaint: Complaint? {
        let owed = output.withLock { output -> LineWriter.Loss? in
            if output.owed != nil { output.write([]) }
            return output.owed
        }
        guard let owed else { return nil }
        let lines = Count(Int(clamping: owed.lines)).of("line")
        return Complaint(
            .inputOutput,
            "standard output did not take \(lines) (\(owed.cause)): make room there, or redirect it")
    }
}

/// Writes to standard output at once, without terminal commands, whatever is in the text.
func say(_ text: String) { Streams.say(text.plain) }

/// The same with the colours of a report, which has already removed terminal commands from foreign text.
func show(_ text: String) { Streams.say(text) }
