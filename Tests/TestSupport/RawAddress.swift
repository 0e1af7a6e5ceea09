// Socket addresses as the kernel wants them.
import Glibc
import LinuxIO

/// An address in the kernel's shape.
public struct RawAddress: Sendable {
    public let family: Int32
    public let bytes: [UInt8]

    public init(_ address: SocketAddress) {
        (family, bytes) = unsafe address.withKernelAddress { pointer, length in
            // SAFETY: the address has this many bytes, and lives while the function runs.
            unsafe (
                Int32(pointer.pointee.sa_family), Array(UnsafeRawBufferPointer(start: pointer, count: Int(length)))
            )
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
