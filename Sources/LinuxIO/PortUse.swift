// Which sockets use a TCP port.
internal import CLinux
internal import Glibc

/// The use of a TCP port in the calling thread's network.
public enum PortUse {
    /// A socket at the port.
    public struct PortSocket: Sendable, Equatable {
        /// Its own address, and its inode as in `Proc.sockets`.
        public let address: SocketAddress
        public let inode: Int
    }

    /// The kernel's names of these states (include/net/tcp_states.h).
    private static let listening: Substring = "0A"
    private static let remembered: Substring = "06"

    /// The sockets that listen on the port, by the kernel's own list; makes no connection. proc(5), /proc/net/tcp.
    public static func listeners(at port: UInt16) -> [PortSocket] {
        // Listening sockets come first, so the beginning of the file is enough.
        sockets(at: port, limit: 64 << 10) { state, _ in state == listening }
    }

    /// Those of these sockets, by their inodes, that listen on a TCP port.
    public static func listeners(of inodes: Set<Int>) -> [PortSocket] {
        sockets(at: nil, limit: 64 << 10) { state, inode in state == listening && inodes.contains(inode) }
    }

    /// The connections of living processes with this local port: while an outgoing one holds the port, nothing can listen on it. With very
    /// many connections the kernel's list may be incomplete.
    public static func connections(at port: UInt16) -> [PortSocket] {
        sockets(at: port, limit: 16 << 20) { state, inode in state != listening && state != remembered && inode != 0 }
    }

    /// Whether connections of the port have just ended from this side: the kernel keeps them for a minute (TIME_WAIT).
    public static func isRemembered(_ port: UInt16) -> Bool {
        !sockets(at: port, limit: 16 << 20) { state, _ in state == remembered }.isEmpty
    }

    private static func sockets(at port: UInt16?, limit: Int, _ isMeant: (Substring, Int) -> Bool) -> [PortSocket] {
        ["tcp", "tcp6"].flatMap { file in
            (SystemFile.text(at: "/proc/thread-self/net/\(file)", limit: limit) ?? "").split(separator: "\n")
                .dropFirst()
                .compactMap { socket(in: $0, at: port, isMeant) }
        }
    }

    /// The inode, as in `Proc.sockets`, of a connection of this machine, for the side whose port is `port`; nil if that side is not here,
    /// or no process has it any more.
    public static func inode(of port: UInt16, connectedTo client: UInt16) -> Int? {
        for file in ["tcp", "tcp6"] {
            let text = SystemFile.text(at: "/proc/thread-self/net/\(file)", limit: 16 << 20) ?? ""
            for line in text.split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                guard fields.count > 9, Self.port(in: fields[1]) == port, Self.port(in: fields[2]) == client,
                    let inode = Int(fields[9]), inode != 0
                else { continue }
                return inode
            }
        }
        return nil
    }

    private static func port(in field: Substring) -> UInt16? {
        field.split(separator: ":").last.flatMap { UInt16($0, radix: 16) }
    }

    /// Reads a line: number, local address and port in hexadecimal, remote ones, state, ..., inode.
    private static func socket(
        in line: Substring, at wanted: UInt16?, _ isMeant: (Substring, Int) -> Bool
    ) -> PortSocket? {
        let fields = line.split(separator: " ", maxSplits: 10)
        guard fields.count > 9, let inode = Int(fields[9]), isMeant(fields[3], inode) else { return nil }
        let local = fields[1].split(separator: ":")
        guard local.count == 2, let port = UInt16(local[1], radix: 16), wanted == nil || wanted == port else {
            return nil
        }
        // Words of 32 bits, each as this machine reads the bytes in network order.
        var words: [UInt32] = []
        var rest = local[0]
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            words.append(UInt32(bigEndian: word))
            rest = rest.dropFirst(8)
        }
        switch words.count {
        case 1: return PortSocket(address: .ipv4(words[0], port: port), inode: inode)
        case 4:
            let (high, low) = (UInt64(words[0]) << 32 | UInt64(words[1]), UInt64(words[2]) << 32 | UInt64(words[3]))
            return PortSocket(address: .ipv6(high, low, port: port, scope: 0), inode: inode)
        default: return nil
        }
    }

    /// Whether a server without any socket option could now listen on the port on all IPv4 addresses: nothing listens, and no old
    /// connection is in TIME_WAIT. bind(2).
    public static func isFree(_ port: UInt16) -> Bool {
        guard let probe = try? ClientSocket(.ipv4) else { return false }  // Without a socket there is no port either.
        return (try? probe.bind(to: .ipv4(0, port: port))) != nil
    }

    /// A port that is free now, below those that the kernel gives to clients, so that no client takes it meanwhile; nil if a thousand tries
    /// find none.
    public static var anyFree: UInt16? {
        for _ in 0..<1000 {
            let port = UInt16.random(in: 15_000..<32_000)
            if isFree(port) { return port }
        }
        return nil
    }
}
