// Where simulated clients come from.
import Glibc
import LinuxIO

/// The address and port of a simulated socket.
public struct PeerAddress: Hashable, Sendable {
    /// The halves of an IPv6 address; an IPv4 address is the low half of `low`.
    public var high: UInt64 = 0
    public var low: UInt64
    public var isIPv6 = false
    public var isUnix = false
    public var port: UInt16

    /// A client of a Unix socket, which has no address.
    public static let unix = Self(low: 0, isUnix: true, port: 0)

    public static func ipv4(_ address: UInt32, port: UInt16) -> Self { Self(low: UInt64(address), port: port) }

    public static func ipv6(_ high: UInt64, _ low: UInt64, port: UInt16) -> Self {
        Self(high: high, low: low, isIPv6: true, port: port)
    }

    /// Writes the address as the kernel does: at most the room, and the true length.
    func write(to raw: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?) {
        guard let raw = unsafe raw, let length = unsafe length else { return }
        unsafe socketAddress.withKernelAddress { address, size in
            // A socket without a name has a family only; unix(7).
            let size = isUnix ? socklen_t(MemoryLayout<sa_family_t>.size) : size
            // SAFETY: the caller has room for `length` bytes at `raw`, as accept(2) asks; `address` has `size` of them.
            unsafe UnsafeMutableRawPointer(raw).copyMemory(
                from: UnsafeRawPointer(address), byteCount: Int(min(size, length.pointee)))
            unsafe length.pointee = size
        }
    }

    private var socketAddress: SocketAddress {
        if isUnix { return .unix("") }
        return isIPv6
            ? .ipv6(high, low, port: port, scope: 0) : .ipv4(UInt32(truncatingIfNeeded: low), port: port)
    }
}

extension PeerAddress {
    /// Reads what a program binds to; nil for a family that is not simulated.
    init?(_ raw: UnsafePointer<sockaddr>, _ length: socklen_t) {
        // SAFETY: the family says which of the kernel's shapes the memory has; `length` says that it is all there.
        switch unsafe Int32(raw.pointee.sa_family) {
        case AF_INET where length >= socklen_t(MemoryLayout<sockaddr_in>.size):
            let four = unsafe UnsafeRawPointer(raw).load(as: sockaddr_in.self)
            self = .ipv4(UInt32(bigEndian: four.sin_addr.s_addr), port: UInt16(bigEndian: four.sin_port))
        case AF_INET6 where length >= socklen_t(MemoryLayout<sockaddr_in6>.size):
            let six = unsafe UnsafeRawPointer(raw).load(as: sockaddr_in6.self)
            let high = unsafe UnsafeRawPointer(raw).load(fromByteOffset: 8, as: UInt64.self)
            let low = unsafe UnsafeRawPointer(raw).load(fromByteOffset: 16, as: UInt64.self)
            self = .ipv6(UInt64(bigEndian: high), UInt64(bigEndian: low), port: UInt16(bigEndian: six.sin6_port))
        default: return nil
        }
    }
}
