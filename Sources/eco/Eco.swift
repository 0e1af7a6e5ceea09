// The command `eco`.
import ArgumentParser
import EcoServer
import Glibc
import LinuxIO

struct Eco: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eco",
        abstract: "A TCP echo server for a great many clients.",
        discussion: """
            Greets each client, sends back its text in upper case, and closes the session after "tchau".
            `eco` alone is `eco serve`; its options: eco serve --help
            Try it with: nc localhost 9090
            """,
        version: ecoVersion,
        subcommands: [
            Serve.self, Check.self, Explain.self, Load.self, Compare.self, Status.self, Doctor.self, Generator.self,
            Documents.self,
        ],
        defaultSubcommand: Serve.self)
}

/// The version that `eco --version` prints.
let ecoVersion = "0.1.0"

@main
enum Main {
    static func main() {
        Crash.withoutBacktrace()
        // SIGUSR1 asks a server for its counters, and must not kill other commands of the same name. `Serve` handles it.
        Service.reportSignal.ignore()
        // In every command, a reader of our output may go away; and no file or socket of ours may get the descriptor of a standard stream.
        // If that fails, at worst an error message is lost.
        try? SignalSet.ofWriting.block()
        try? OutputStream.reserveStandardDescriptors()
        do {
            let arguments = try arguments()
            if let help = try Help.text(for: arguments) {
                say(help + "\n")
            } else {
                if let complaint = Help.misspelling(in: arguments) { throw complaint }
                var command = try Eco.parseAsRoot(Environment.prepended(to: arguments))
                try command.run()
            }
            finish(0)
        } catch {
            leave(error)
        }
    }

    /// The command line as given: a path that is not UTF-8 cannot be distinguished from its repaired form later.
    private static func arguments() throws(Complaint) -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, ProcessArguments.count) {
            do throws(NotUTF8) { arguments.append(try ProcessArguments.argument(index)) } catch {
                throw Complaint(.usage, "argument \(index), \(error.escaped), is not UTF-8: give it in UTF-8")
            }
        }
        return arguments
    }

    /// Prints what was wrong, in one plain line, and exits with its status; help and versions are not errors.
    private static func leave(_ error: any Error) -> Never {
        if let complaint = error as? Complaint { complain("\(complaint)", complaint.status.rawValue) }
        if let error = error as? SystemError {
            complain("the system refuses: \(error)", Complaint.Status.osError.rawValue)
        }
        let status = Eco.exitCode(for: error)
        if status == .success || error is ExitCode {
            let message = Eco.fullMessage(for: error)
            if !message.isEmpty { say(message + "\n") }
            finish(status.rawValue)
        }
        complain(Complaint(parsing: error, of: (try? arguments()) ?? []).description, Complaint.Status.usage.rawValue)
    }

    private static func complain(_ line: String, _ status: Int32) -> Never {
        Streams.warn(line)
        finish(status)
    }

    /// Exits with this status, unless it is a success whose output was lost.
    private static func finish(_ status: Int32) -> Never {
        guard let complaint = Streams.complaint else { exit(status) }
        Streams.warn("\(complaint)")
        exit(status == 0 ? complaint.status.rawValue : status)
    }
}
