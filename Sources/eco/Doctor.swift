// `eco doctor`: whether this machine can carry that many clients.
import ArgumentParser
import EcoServer
import LinuxIO
import Support

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check whether this machine can carry this many clients.",
        discussion:
            "Each line says ok or NO. The command that fixes a NO is printed below it. Exits with 1 if there is a NO.")

    @Argument(DoctorRow.clients) var clients: Int

    /// The fewest descriptors with which it can run its checks.
    private static let fewest = 64

    func run() throws {
        let descriptors = try DescriptorLimit.raise().soft
        // If it could not open the kernel's files, it would find no limits.
        guard SystemFile.text(at: "/proc/self/stat") != nil || descriptors >= Self.fewest else {
            throw Complaint(
                .osError,
                "\(descriptors) descriptors are too few for eco itself: raise the limit (ulimit -n \(Self.fewest))")
        }
        let checks = try Machine.current().checks(clients: clients)
        let lines = TextTable.lines(checks.map { [$0.isMet ? "ok" : "NO", $0.name, $0.finding] })
        for (check, line) in zip(checks, lines) {
            say("\(line)\n")
            if let remedy = check.remedy { say("      \(remedy)\n") }
        }
        let failures = checks.count { !$0.isMet }
        let load = Count(clients).of("client")
        say(
            failures == 0
                ? "This machine can carry \(load).\n"
                : "This machine cannot carry \(load) yet: \(failures) of \(checks.count) checks \(failures == 1 ? "says" : "say") NO.\n"
        )
        if failures > 0 { throw ExitCode(1) }
    }
}
