// Whether a machine can carry so many clients.

/// One thing that clients need: whether the machine gives it, and what to do if not.
public struct CapacityCheck: Equatable, Sendable {
    public let name: String
    public let isMet: Bool
    /// What is needed and what there is.
    public let finding: String
    /// The command that mends it; nil if nothing needs mending.
    public let remedy: String?

    /// What an idle TCP socket in an epoll set costs the kernel, in bytes; measured, see `Docs/benchmarks.md`.
    static let kernelBytesPerClient = 3_800
    /// A slot of the connection table.
    static let ownBytesPerClient = 32
    /// What the server takes before its first client.
    static let ownBytes = 12 << 20
    /// More than this never wait at the same time unless all come in the same instant.
    static let usefulBacklog = 4_096
}

extension Machine {
    /// The checks for so many clients, in the order in which a newcomer meets the limits.
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
                // Half of the machine's are left to everybody else.
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
        let available = has == .max ? "no limit" : "\(has)"
        return CapacityCheck(
            name: name, isMet: isMet, finding: "\(needs) needed, \(available)",
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
        // The rest is for what is in flight, and for everybody else.
        let usable = memory == .max ? memory : memory / 10 * 9
        let isMet = usable >= needs
        let most = max(1, Int(Double(clients) * Double(usable) / Double(needs)))
        return CapacityCheck(
            name: name, isMet: isMet, finding: "\(Self.mebibytes(needs)) needed, \(Self.mebibytes(memory)) available",
            remedy: isMet ? nil : "eco serve --max-clients \(most)   # or more memory")
    }

    private static func mebibytes(_ bytes: Int) -> String {
        bytes == .max ? "no limit" : "\((bytes + (1 << 20) - 1) >> 20) MiB"
    }
}
