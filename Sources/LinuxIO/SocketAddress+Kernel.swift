// Socket addresses in the kernel's format.
package import CLinux
internal import Glibc

extension SocketAddress {
    /// The address family of a socket for this address.
    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// The longest path of a Unix socket, in bytes; see unix(7).
    public static let longestPath = 107

    /// Calls the function with this address in the kernel's format. A path longer than `longestPath` is cut: check first.
    package func withKernelAddress<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        switch self {
        case .ipv4(let address, let port):
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = port.bigEndian
            raw.sin_addr.s_addr = address.bigEndian
            return unsafe Self.rebound(&raw, count: MemoryLayout<sockaddr_in>.size, body)
        case .ipv6(let high, let low, let port, let scope):
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = port.bigEndian
            raw.sin6_scope_id = scope
            // SAFETY: in6_addr is 16 plain bytes.
            unsafe withUnsafeMutableBytes(of: &raw.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return unsafe Self.rebound(&raw, count: MemoryLayout<sockaddr_in6>.size, body)
        case .unix(let path):
            var raw = sockaddr_un()
            raw.sun_family = sa_family_t(AF_UNIX)
            // SAFETY: at most 107 bytes of 108, so that a zero byte ends them.
            unsafe withUnsafeMutableBytes(of: &raw.sun_path) { bytes in
                unsafe bytes.copyBytes(from: path.utf8.prefix(Self.longestPath))
            }
            return unsafe Self.rebound(&raw, count: MemoryLayout<sockaddr_un>.size, body)
        }
    }

    private static func rebound<Raw, R>(
        _ raw: inout Raw, count: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R
    ) -> R {
        // SAFETY: the kernel's address types all begin with the fields of `sockaddr`.
        unsafe withUnsafePointer(to: &raw) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, socklen_t(count)) }
        }
    }

    /// Reads an address that the kernel has written.
    init(_ raw: borrowing KernelAddress) {
        // SAFETY: the storage is larger and better aligned than each type that it is read as.
        self = unsafe withUnsafeBytes(of: raw.storage) { bytes in
            switch Int32(raw.storage.ss_family) {
            case AF_INET:
                let address = unsafe bytes.load(as: sockaddr_in.self)
                return .ipv4(UInt32(bigEndian: address.sin_addr.s_addr), port: UInt16(bigEndian: address.sin_port))
            case AF_INET6:
                let address = unsafe bytes.load(as: sockaddr_in6.self)
                let high = unsafe bytes.load(fromByteOffset: 8, as: UInt64.self)
                let low = unsafe bytes.load(fromByteOffset: 16, as: UInt64.self)
                return .ipv6(
                    UInt64(bigEndian: high), UInt64(bigEndian: low), port: UInt16(bigEndian: address.sin6_port),
                    scope: address.sin6_scope_id)
            default: return .unix("")
            }
        }
    }
}

/// Room for any address that the kernel writes.
public struct KernelAddress: ~Copyable {
    var storage = sockaddr_storage()

    public init() {}

    /// Calls the function with room for an address and its length.
    mutating func withRoom<R>(_ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R) -> R {
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: sockaddr_storage is made to be seen as sockaddr.
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &length) }
        }
    }
}
