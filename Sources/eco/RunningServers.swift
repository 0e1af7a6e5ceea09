// The servers that run on this machine.
import EcoServer
import LinuxIO

/// The processes that are `eco serve`, by the kernel's list.
struct RunningServers {
    /// By process id.
    let processes: [Proc]

    /// Finds them: their names begin with eco, and they block the signals that they read themselves. No other process gets a signal.
    init() {
        processes = Proc.all.filter { $0.name.hasPrefix("eco") && Service.handledSignals.isBlocked(by: $0) }
            .sorted { $0.pid < $1.pid }
    }

    /// The server with this process id, or else on this port; without either, the only server.
    func find(_ pidOrPort: Int32?) throws(Complaint) -> Proc {
        guard let pidOrPort else {
            if processes.count == 1 { return processes[0] }
            if processes.isEmpty { throw Complaint(.unavailable, "no eco serve runs here: start one with eco serve") }
            throw Complaint(.usage, "\(processes.count) servers run here: name one of them: \(told)")
        }
        if let process = processes.first(where: { $0.pid == pidOrPort }) { return process }
        if let port = UInt16(exactly: pidOrPort) {
            let inodes = Set(PortUse.listeners(at: port).map(\.inode))
            if let process = processes.first(where: { !inodes.isDisjoint(with: $0.sockets) }) { return process }
        }
        throw Complaint(
            .unavailable,
            "no eco serve has the process id or the port \(pidOrPort): "
                + (processes.isEmpty ? "none runs here" : "there is \(told)"))
    }

    private var told: String {
        processes.map { process in
            let places = Self.addresses(of: process).map { "\($0)" }
            return "\(process.pid)" + (places.isEmpty ? "" : " (\(places.joined(separator: ", ")))")
        }.joined(separator: ", ")
    }

    /// The TCP addresses that a process listens on; empty if they cannot be read.
    static func addresses(of process: Proc) -> [SocketAddress] {
        PortUse.listeners(of: Set(process.sockets)).map(\.address)
    }
}
