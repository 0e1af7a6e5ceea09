// Standard output and error, as the commands that are no servers write to them.
import LinuxIO

/// Both streams. Lines that a full disk does not take are counted; the next one tries again.
enum Streams {
    private static let output = Monitor(LineWriter(.standardOutput))
    private static let errors = Monitor(LineWriter(.standardError))

    /// Writes to standard output at once: somebody may be watching. A reader that has gone wants no more of it.
    static func say(_ text: String) { output.withLock { $0.write(Array(text.utf8)) } }

    /// Writes to standard error at once.
    static func tell(_ text: String) { errors.withLock { $0.write(Array(text.utf8)) } }

    /// Tells a person something in one line on standard error: whatever was typed or printed, it commands no terminal.
    static func warn(_ line: String) {
        tell("eco: " + line.plainLine + "\n")
    }

    /// What is missing on standard output, in one line with the remedy; nil if all that was said is there.
    static var complaint: Complaint? {
        let owed = output.withLock { output -> LineWriter.Loss? in
            if output.owed != nil { output.write([]) }
            return output.owed
        }
        guard let owed else { return nil }
        let lines = owed.lines == 1 ? "1 line" : "\(owed.lines) lines"
        return Complaint(
            .inputOutput,
            "standard output did not take \(lines) (\(owed.cause)): make room there, or redirect it")
    }
}

/// Writes to standard output at once. Whatever is in the text, it commands no terminal.
func say(_ text: String) { Streams.say(text.plain) }

/// The same with the colours of a report, which has taken care of what others have said in it.
func show(_ text: String) { Streams.say(text) }
