// Socket addresses as the kernel wants them.
import Glibc
import LinuxIO

/// An address in the kernel's shape.
public struct RawAddress: Sendable {
    public let family: Int32
    public let bytes: [UInt8]

    public init(_ address: SocketAddress) {
        func big<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            unsafe withUnsafeBytes(of: number.bigEndian) { unsafe Array($0) }
        }
        func native<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
            unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
        }
        switch address {
        case .ipv4(let host, let port):
            family = AF_INET
            bytes = native(UInt16(AF_INET)) + big(port) + big(host) + [UInt8](repeating: 0, count: 8)
        case .ipv6(let high, let low, let port, let scope):
            family = AF_INET6
            bytes = native(UInt16(AF_INET6)) + big(port) + native(UInt32(0)) + big(high) + big(low) + native(scope)
        case .unix(let path):
            family = AF_UNIX
            bytes = native(UInt16(AF_UNIX)) + Array(path.utf8) + [0]
        }
    }

    func withPointer(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        // SAFETY: the bytes are an address of their family, and as many as are said.
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe body(buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
        }
    }

    /// The port that a socket is bound to.
    static func port(of number: Int32) -> UInt16 {
        var bytes = [UInt8](repeating: 0, count: 128)
        var length = socklen_t(bytes.count)
        // SAFETY: room for any address, as the length says.
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe getsockname(number, buffer.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard result == 0, length >= 16 else { return 0 }
        return UInt16(bytes[2]) << 8 | UInt16(bytes[3])
    }
}
