// `eco status`: asks a running server for its counters.
import ArgumentParser
import EcoServer
import LinuxIO
import SystemPackage

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a running server of this machine for its counters.",
        discussion: """
            eco status           the only server that runs
            eco status 9090      the one at this port, or the process with this number
            The server is sent SIGUSR1. It sends its counters back, and serves on.
            """)

    @Argument(help: ArgumentHelp("The server's process number, or a port that it listens at.", valueName: "pid|port"))
    var server: Int32?

    @Flag(help: "The counters as one line of JSON.")
    var json = false

    /// A server that is busy answers at its next turn.
    private static let patience = Duration.seconds(5)
    /// Two who ask at the same time may be taken for one.
    private static let interval = Duration.milliseconds(500)

    func run() throws {
        let process = try RunningServers().find(server)
        let text = try Self.ask(process)
        if json { return say(text + "\n") }
        guard let counters = try? CountersDocument(json: text) else {
            throw Complaint(.protocolError, "process \(process.pid) answers with other counters: ask with its own eco")
        }
        say(Self.heading(process) + counters.table)
    }

    private static func heading(_ process: Proc) -> String {
        let places = RunningServers.addresses(of: process).map { "\($0)" }.joined(separator: ", ")
        let age = process.age.map { ", for \($0.told)" } ?? ""
        return "eco serve, process \(process.pid)\(places.isEmpty ? "" : ", at \(places)")\(age)\n"
    }

    /// Sends the signal and waits for the answer.
    private static func ask(_ process: Proc) throws -> String {
        let mailbox = try Mailbox()
        let end = Instant.now + patience
        while Instant.now < end {
            do throws(SystemError) { try process.send(.report) } catch {
                let isForbidden = error.errno == .notPermitted
                throw Complaint(
                    isForbidden ? .noPermission : .unavailable,
                    isForbidden
                        ? "process \(process.pid) belongs to another user: ask as that user, or as root"
                        : "process \(process.pid) is gone: see which are there with eco status")
            }
            if let text = mailbox.receive(within: interval) { return text }
        }
        throw Complaint(
            .temporaryFailure,
            "process \(process.pid) has not answered within 5 s: it is stopped, or in another network namespace; "
                + "it may have told its counters on its standard error")
    }
}
