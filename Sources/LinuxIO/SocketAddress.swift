// Addresses of sockets: IPv4, IPv6 and paths.
internal import Glibc

/// The address that a socket listens on, or that of its peer.
public enum SocketAddress: Hashable, Sendable {
    /// The address in network order as a number (127.0.0.1 is 0x7F00_0001), and the port.
    case ipv4(UInt32, port: UInt16)
    /// The address's two halves, first bytes highest, the port, and the scope of a link-local address.
    case ipv6(UInt64, UInt64, port: UInt16, scope: UInt32)
    /// A Unix socket; a client's path is empty.
    case unix(String)

    /// The port; 0 for a Unix socket.
    public var port: UInt16 {
        switch self {
        case .ipv4(_, let port), .ipv6(_, _, let port, _): port
        case .unix: 0
        }
    }

    /// The same address with another port.
    public func withPort(_ port: UInt16) -> Self {
        switch self {
        case .ipv4(let address, _): .ipv4(address, port: port)
        case .ipv6(let high, let low, _, let scope): .ipv6(high, low, port: port, scope: scope)
        case .unix: self
        }
    }

    /// An IPv4-mapped IPv6 address (::ffff:0:0/96) as the IPv4 address.
    public var unmapped: Self {
        if case .ipv6(0, let low, let port, _) = self, low >> 32 == 0xFFFF {
            return .ipv4(UInt32(truncatingIfNeeded: low), port: port)
        }
        return self
    }

    /// Whether this is 0.0.0.0 or ::.
    public var isWildcard: Bool {
        switch self {
        case .ipv4(0, _), .ipv6(0, 0, _, _): true
        default: false
        }
    }

    public static func loopback(port: UInt16) -> Self { .ipv4(0x7F00_0001, port: port) }
    public static func loopback6(port: UInt16) -> Self { .ipv6(0, 1, port: port, scope: 0) }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:54321`, `[::1]:54321`, or `unix`.
    public var description: String {
        switch self {
        case .ipv4(_, let port): "\(host):\(port)"
        case .ipv6(_, _, let port, _): "[\(host)]:\(port)"
        case .unix: "unix"
        }
    }

    /// The address alone: `127.0.0.1`, `::1`, or a path.
    public var host: String {
        switch self {
        case .ipv4(let address, _):
            return "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
        case .ipv6(let high, let low, _, let scope):
            var bytes = (high.bigEndian, low.bigEndian)
            let text = unsafe String(unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer in
                // SAFETY: the buffer has the size that inet_ntop(3) asks for; `bytes` are the 16 of an address.
                unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                    unsafe inet_ntop(AF_INET6, &bytes, characters.baseAddress, socklen_t(characters.count))
                    return unsafe strlen(characters.baseAddress!)
                }
            }
            return scope == 0 ? text : "\(text)%\(scope)"
        case .unix(let path): return path
        }
    }
}

extension SocketAddress {
    /// Parses a numeric address, `127.0.0.1` or `::1`; nil for anything else.
    public init?(numeric text: String, port: UInt16) {
        var four = in_addr()
        // SAFETY: inet_pton(3) writes 4 or 16 bytes to what it is given.
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            self = .ipv4(UInt32(bigEndian: four.s_addr), port: port)
            return
        }
        var sixteen: (UInt64, UInt64) = (0, 0)
        if unsafe inet_pton(AF_INET6, text, &sixteen) == 1 {
            self = .ipv6(UInt64(bigEndian: sixteen.0), UInt64(bigEndian: sixteen.1), port: port, scope: 0)
            return
        }
        return nil
    }
}
