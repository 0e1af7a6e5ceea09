// Whether a machine can carry a number of clients.
internal import Support

/// One thing that clients need: whether the machine gives it, and what to do if not.
public struct CapacityCheck: Equatable, Sendable {
    public let name: String
    public let isMet: Bool
    /// What is needed and what there is.
    public let finding: String
    /// The command that corrects it; nil if nothing has to be corrected.
    public let remedy: String?

    /// Kernel memory per idle TCP socket in an epoll set, in bytes; measured, see `Docs/benchmarks.md`.
    static let kernelBytesPerClient = 3_800
    /// A slot of the connection table.
    static let ownBytesPerClient = 32
    /// What the server uses without clients.
    static let ownBytes = 12 << 20
    /// More than this never wait at the same time, unless all connect in the same instant.
    static let usefulBacklog = 4_096
}

extension Machine {
    /// The checks for a number of clients, in the order in which a new client meets the limits.
    public func checks(clients: Int) -> [CapacityCheck] {
        let descriptors = ServerLimits.descriptorsNeeded(clients: clients)
        return [
            check(
                "descriptors of a process", needs: descriptors, has: self.descriptors,
                "ulimit -Hn \(descriptors)   # as root; a service: LimitNOFILE=\(descriptors); a container: --ulimit nofile=\(descriptors)"
            ),
            check(
                "descriptors of any process", needs: descriptors, has: mostDescriptors,
                "sysctl -w fs.nr_open=\(descriptors)"),
            check(
                // Half of the machine's limit is left to other processes.
                "files of the machine", needs: 2 * descriptors, has: mostFiles,
                "sysctl -w fs.file-max=\(2 * descriptors)"),
            check(
                "epoll watches", needs: descriptors, has: epollWatches ?? .max,
                "sysctl -w fs.epoll.max_user_watches=\(descriptors)"),
            check(
                "backlog (somaxconn)", needs: min(clients, CapacityCheck.usefulBacklog), has: backlog,
                "sysctl -w net.core.somaxconn=\(CapacityCheck.usefulBacklog)"),
            tracking(clients),
            check(
                "packet queue (netdev_max_backlog)",
                needs: Keepalive.queueLength(clients: clients, processors: processors), has: packetQueue,
                "sysctl -w net.core.netdev_max_backlog=\(Keepalive.queueLength(clients: clients, processors: processors))   # else the last have no keepalive"
            ),
            memory("kernel memory", clients * CapacityCheck.kernelBytesPerClient, clients),
            memory("eco's own memory", clients * CapacityCheck.ownBytesPerClient + CapacityCheck.ownBytes, clients),
        ]
    }

    private func check(_ name: String, needs: Int, has: Int, _ remedy: String) -> CapacityCheck {
        let isMet = has >= needs
        let available = has == .max ? "no limit" : "\(Count(has))"
        return CapacityCheck(
            name: name, isMet: isMet, finding: "\(Count(needs)) needed, \(available)",
            remedy: isMet ? nil : remedy + (hasFixedSettings && remedy.hasPrefix("sysctl") ? "   # on the host" : ""))
    }

    private func tracking(_ clients: Int) -> CapacityCheck {
        guard let trackedConnections else {
            return CapacityCheck(name: "conntrack", isMet: true, finding: "connections are not tracked", remedy: nil)
        }
        // Closed connections stay in the table for a while.
        let needed = clients + clients / 4
        return check(
            "conntrack", needs: needed, has: trackedConnections, "sysctl -w net.netfilter.nf_conntrack_max=\(needed)")
    }

    private func memory(_ name: String, _ needs: Int, _ clients: Int) -> CapacityCheck {
        // The rest is for data in flight, and for other processes.
        let usable = memory == .max ? memory : memory / 10 * 9
        let isMet = usable >= needs
        let most = max(1, Int(Double(clients) * Double(usable) / Double(needs)))
        let available = memory == .max ? "no limit" : "\(Bytes(Double(memory))) available"
        return CapacityCheck(
            name: name, isMet: isMet, finding: "\(Bytes(Double(needs))) needed, \(available)",
            remedy: isMet ? nil : "eco serve --max-clients \(most)   # or more memory")
    }
}
