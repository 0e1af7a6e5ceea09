// Why a server cannot be checked, in one line, with the remedy.
import EcoCheck
import LinuxIO

extension Complaint {
    init(_ error: CheckError) {
        switch error {
        case .unreachable(let address):
            self.init(
                .unavailable,
                "nothing listens at \(address): start the server first, or let --spawn 'CMD {port}' start it")
        case .commandNotFound(let command, let line):
            self.init(
                .unavailable,
                "command '\(command)' is not found or cannot be run\(Self.quoted(line)): check its path, and chmod +x")
        case .exited(let command, let exit, let line):
            let how =
                switch exit {
                case .status(let status): "with exit status \(status)"
                case .signal(let signal): "by signal \(signal)"
                }
            self.init(
                .unavailable,
                "command '\(command)' ended \(how) before it listened\(Self.quoted(line)): run it by hand to see why")
        case .neverListens(let command, let port, let seconds, let line):
            self.init(
                .unavailable,
                "command '\(command)' does not listen at port \(port) within \(seconds) s\(Self.quoted(line)): write {port} where it takes its port, or give a larger --patience"
            )
        case .portHeld(let port, let holder):
            self.init(.unavailable, "port \(port) is held by \(holder): stop it, or give another --port")
        case .portRemembered(let port):
            self.init(
                .unavailable,
                "port \(port) does not become free: wait a minute (ss -tan 'sport = :\(port)'), or give another --port")
        case .system(let error): self.init(.osError, "the system refuses: \(error)")
        }
    }

    private static func quoted(_ line: String) -> String { line.isEmpty ? "" : " (it said: \(line))" }
}
