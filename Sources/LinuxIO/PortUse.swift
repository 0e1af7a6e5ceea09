// Who has a TCP port.
internal import CLinux
internal import Glibc

/// What stands at a TCP port of the calling thread's network.
public enum PortUse {
    /// A socket that listens at the port.
    public struct ListeningSocket: Sendable, Equatable {
        /// Where it listens, and the number by which `Proc.sockets` knows it.
        public let address: SocketAddress
        public let inode: Int
    }

    /// The sockets that listen at the port, by the kernel's own list: nobody is connected to. proc(5), /proc/net/tcp.
    public static func listeners(at port: UInt16) -> [ListeningSocket] {
        ["tcp", "tcp6"].flatMap { file in
            // Those that listen come first, so the beginning of the file is enough.
            (SystemFile.text(at: "/proc/thread-self/net/\(file)") ?? "").split(separator: "\n").dropFirst()
                .compactMap { listener(in: $0, at: port) }
        }
    }

    /// Reads a line: number, local address and port in hexadecimal, remote ones, state, ..., inode.
    private static func listener(in line: Substring, at port: UInt16) -> ListeningSocket? {
        let fields = line.split(separator: " ")
        guard fields.count > 9, fields[3] == "0A", let inode = Int(fields[9]) else { return nil }
        let local = fields[1].split(separator: ":")
        guard local.count == 2, UInt16(local[1], radix: 16) == port else { return nil }
        // Words of 32 bits, each as this machine reads the bytes in network order.
        var words: [UInt32] = []
        var rest = local[0]
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            words.append(UInt32(bigEndian: word))
            rest = rest.dropFirst(8)
        }
        switch words.count {
        case 1: return ListeningSocket(address: .ipv4(words[0], port: port), inode: inode)
        case 4:
            let (high, low) = (UInt64(words[0]) << 32 | UInt64(words[1]), UInt64(words[2]) << 32 | UInt64(words[3]))
            return ListeningSocket(address: .ipv6(high, low, port: port, scope: 0), inode: inode)
        default: return nil
        }
    }

    /// Whether a server that sets no option at all could listen at the port of all IPv4 addresses now: nobody listens, and
    /// no old connection of it is being remembered (TIME_WAIT). bind(2).
    public static func isFree(_ port: UInt16) -> Bool {
        guard let probe = try? ClientSocket(.ipv4) else { return false }  // Without a socket there is no port either.
        return (try? probe.bind(to: .ipv4(0, port: port))) != nil
    }
}
