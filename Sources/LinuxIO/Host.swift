// From a host's name to its addresses.
internal import CLinux
internal import Glibc

/// Resolves host names.
public enum Host {
    /// A name that has no address, with the resolver's reason.
    public struct ResolutionError: Error, Equatable {
        public let host: String
        public let reason: String
    }

    /// The addresses of a numeric address, of `localhost` (127.0.0.1 and ::1), or of a name; never empty.
    ///
    /// Blocks while a name is looked up: getaddrinfo(3). Numbers and `localhost` are known without it, so that a static
    /// executable needs no resolver for them.
    public static func addresses(of host: String, port: UInt16) throws(ResolutionError) -> [SocketAddress] {
        if host == "localhost" { return [.loopback(port: port), .loopback6(port: port)] }
        if let address = SocketAddress(numeric: host, port: port) { return [address] }

        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw ResolutionError(host: host, reason: unsafe String(cString: gai_strerror(status)))
        }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        // SAFETY: getaddrinfo(3) made the list, and it is freed only at the end.
        while let entry = unsafe next {
            var raw = KernelAddress()
            unsafe withUnsafeMutableBytes(of: &raw.storage) { bytes in
                unsafe bytes.copyBytes(
                    from: UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen)))
            }
            let address = SocketAddress(raw).withPort(port)
            if !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw ResolutionError(host: host, reason: "no address") }
        return addresses
    }
}
