// `eco status`: asks a running server for its counters.
import ArgumentParser
import EcoServer
import LinuxIO
import Support
import SystemPackage

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a running server on this machine for its counters.",
        discussion: """
            eco status           the only running server
            eco status 9090      the server on this port, or the process with this id
            Sends SIGUSR1 to the server, which sends its counters back and goes on serving.
            """)

    @Argument(StatusRow.server) var server: Int32?
    @Flag(StatusRow.json) var json: Bool

    /// A server that is busy answers at its next turn.
    private static let patience = Duration.seconds(5)

    func run() throws {
        let process = try RunningServers().find(server)
        let text = try Self.ask(process)
        if json { return say(text + "\n") }
        guard let counters = try? CountersDocument(json: text) else {
            throw Complaint(
                .protocolError,
                "process \(process.pid) answers with the counters of another eco: use the eco that it runs")
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
        // Two requests at the same time may be taken for one, so each is repeated once, at a different moment. Not more often: a server
        // that cannot reach the mailbox writes every answer to its log.
        let first = Duration.milliseconds(Int.random(in: 500...2500))
        for wait in [first, patience - first] {
            try signal(process)
            if let text = mailbox.receive(within: wait) { return text }
        }
        if process.state == "T" {
            throw Complaint(
                .temporaryFailure, "process \(process.pid) is stopped: resume it (kill -CONT \(process.pid))")
        }
        throw Complaint(
            .temporaryFailure,
            "process \(process.pid) has not answered here within 5 s: it is busy, or in another network namespace, "
                + "where its answer goes to its own standard error: look there")
    }

    private static func signal(_ process: Proc) throws {
        do throws(SystemError) { try process.send(.report) } catch {
            let isForbidden = error.errno == .notPermitted
            throw Complaint(
                isForbidden ? .noPermission : .unavailable,
                isForbidden
                    ? "process \(process.pid) belongs to another user: ask as that user, or as root"
                    : "process \(process.pid) is gone: eco status lists those that run")
        }
    }
}
