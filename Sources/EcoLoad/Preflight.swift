// Whether this machine can carry a plan, checked before the run.
import LinuxIO

/// Looks at descriptors and ports before a run, and spreads the clients over source addresses.
public enum Preflight {
    /// What is missing.
    public enum Problem: Error, Equatable, Sendable {
        case descriptors(needed: Int, given: Int)
        /// One source address does not have that many ports.
        case ports(clients: Int, given: Int)
        case badSource(String)
        /// A source address does not belong to this machine, or not to the server's address family.
        case foreignSource(String, SystemError)
    }

    /// Raises the limit on descriptors, and returns the clients' source addresses; none leaves the choice to the kernel.
    static func check(_ plan: LoadPlan, _ target: SocketAddress) throws(Problem) -> [SocketAddress] {
        let needed = plan.clients + 16 + 4 * plan.threads
        // The usual value, if it cannot be read.
        let given = (try? DescriptorLimit.raise().soft) ?? 1024
        guard needed <= given else { throw .descriptors(needed: needed, given: given) }
        var sources: [SocketAddress] = []
        for text in plan.sources {
            guard let address = SocketAddress(numeric: text, port: 0) else { throw .badSource(text) }
            sources.append(address)
        }
        if case .unix = target { return [] }
        for source in sources { try tryOut(source, target) }
        let ports = portsPerSource
        if sources.isEmpty, plan.clients > ports {
            guard case .ipv4(let host, _) = target, host >> 24 == 127 else {
                throw .ports(clients: plan.clients, given: ports)
            }
            // Every address of 127.0.0.0/8 belongs to this machine.
            let count = (plan.clients + ports - 1) / ports
            return (0..<count).map { .ipv4(0x7F00_0002 + UInt32($0), port: 0) }
        }
        if !sources.isEmpty, plan.clients > ports * sources.count {
            throw .ports(clients: plan.clients, given: ports * sources.count)
        }
        return sources
    }

    /// Checks whether a connection to the target can come from this address. A lack of ports is reported elsewhere.
    private static func tryOut(_ source: SocketAddress, _ target: SocketAddress) throws(Problem) {
        guard let socket = try? ClientSocket(target.socketFamily) else { return }  // The run will say why.
        do throws(SystemError) { try socket.comeFrom(source) } catch { throw .foreignSource(source.host, error) }
    }

    /// The ports that one address has for clients, less some that other programs may use.
    private static var portsPerSource: Int {
        let range = SystemFile.text(at: "/proc/sys/net/ipv4/ip_local_port_range")?.split(whereSeparator: \.isWhitespace)
            .compactMap { Int($0) }
        guard let range, range.count == 2 else { return 28_000 }
        return max(1, range[1] - range[0] + 1 - 200)
    }

    /// Whether the server is on this machine, as far as its address shows.
    static func isThisMachine(_ address: SocketAddress) -> Bool {
        switch address {
        case .ipv4(let host, _): host >> 24 == 127
        case .ipv6(0, 1, _, _), .unix: true
        default: false
        }
    }
}
