// The command `eco`.
import ArgumentParser
import EcoCheck
import Glibc
import LinuxIO

struct Eco: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eco",
        abstract: "A TCP echo server for a great many clients.",
        discussion: """
            Greets each client, sends back its text in upper case, and says goodbye at "tchau".
            `eco` alone is `eco serve`; what that can be told: eco serve --help
            Try it with: nc localhost 9090
            """,
        version: ecoVersion,
        subcommands: [Serve.self, Check.self, Load.self, Compare.self, Doctor.self, Generator.self],
        defaultSubcommand: Serve.self)
}

/// The version that `eco --version` says.
let ecoVersion = "0.1.0"

@main
enum Main {
    static func main() {
        do {
            var arguments = Array(ProcessArguments.all.dropFirst())
            // `eco --help` is for who has just met eco: it serves, so its options are those of `eco serve`.
            if arguments == ["--help-hidden"] { arguments = ["serve", "--help-hidden"] }
            if arguments == ["--help"] || arguments == ["-h"] { return print(help) }
            var command = try Eco.parseAsRoot(Environment.prepended(to: arguments))
            try command.run()
        } catch {
            leave(error)
        }
    }

    /// The subcommands, and the options that most people need.
    private static var help: String {
        let serve = Eco.helpMessage(for: Serve.self).split(separator: "\n", omittingEmptySubsequences: false)
        let options = serve.drop { $0 != "OPTIONS:" }.dropFirst().joined(separator: "\n")
        return Eco.helpMessage() + "\n\nOPTIONS OF SERVE (all of them: eco --help-hidden):\n" + options
    }

    /// Says what was wrong, in one plain line, and exits with its status; help and versions are no errors.
    private static func leave(_ error: any Error) -> Never {
        if let complaint = error as? Complaint { complain("\(complaint)", complaint.status.rawValue) }
        if let error = error as? SystemError {
            complain("the system refuses: \(error)", Complaint.Status.osError.rawValue)
        }
        let status = Eco.exitCode(for: error)
        if status == .success || error is ExitCode {
            let message = Eco.fullMessage(for: error)
            if !message.isEmpty { print(message) }
            exit(status.rawValue)
        }
        complain(Complaint(parsing: error).description, Complaint.Status.usage.rawValue)
    }

    private static func complain(_ line: String, _ status: Int32) -> Never {
        try? SignalSet.all.block()  // Against SIGPIPE; if it fails, the worst is that nobody reads why.
        // Whatever was typed or printed, it is told in one line, and commands no terminal.
        let plain = line.map { $0.isNewline || $0 == "\t" ? " " : $0.commandsTerminals ? "\u{FFFD}" : $0 }
        var line = "eco: " + String(plain) + "\n"
        // SAFETY: the string's own bytes.
        _ = line.withUTF8 { unsafe OutputStream.standardError.writeAll(UnsafeRawBufferPointer($0)) }
        exit(status)
    }
}
