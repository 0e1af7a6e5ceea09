// Sockets that wait for clients.
internal import CLinux
internal import Glibc
public import SystemPackage

/// The outcome of accept4(2); the manual page's errors are grouped by what to do about them.
public enum AcceptOutcome: ~Copyable {
    /// A client.
    case accepted(Descriptor)
    /// No client waits.
    case wouldBlock
    /// This client has already gone, or a packet filter forbade it, or a signal came: go on with the next.
    case goOn(Errno)
    /// No descriptor is left for it (EMFILE, ENFILE): it waits in the backlog.
    case outOfDescriptors(Errno)
    /// The kernel has no memory for it (ENOBUFS, ENOMEM): it waits in the backlog.
    case outOfMemory(Errno)
    /// The socket does not listen any more (EINVAL, or an error that no manual page names): no client will ever come from it.
    case listenerDied(Errno)
}

/// A listening socket, TCP or Unix; non-blocking, close-on-exec.
public struct Listener: ~Copyable {
    /// The options that its clients' sockets inherit, and how it binds.
    public struct Options: Sendable {
        /// How many clients may wait to be accepted; the kernel cuts it to somaxconn.
        public var backlog: Int32
        /// TCP keepalive on the clients' sockets; nil is off.
        public var keepalive: KeepaliveTimes?
        /// Whether an IPv6 socket refuses IPv4 clients.
        public var isIPv6Only: Bool

        public init(backlog: Int32, keepalive: KeepaliveTimes? = nil, isIPv6Only: Bool = true) {
            self.backlog = backlog
            self.keepalive = keepalive
            self.isIPv6Only = isIPv6Only
        }
    }

    private let descriptor: Descriptor
    /// The address that it listens on, with the actual port if 0 was given.
    public let address: SocketAddress

    /// Listens on an address. socket(2), bind(2), listen(2).
    public init(at address: SocketAddress, options: Options) throws(SystemError) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try SystemCall.socket.check(clinux_socket(address.family, type, 0)))
        let fd = socket.number
        if case .unix = address {
        } else {
            // A restart must not wait for the end of TIME_WAIT of the last run's connections.
            try Self.set(fd, SOL_SOCKET, SO_REUSEADDR, 1)
            try Self.set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
            if let keepalive = options.keepalive {
                try Self.set(fd, SOL_SOCKET, SO_KEEPALIVE, 1)
                try Self.set(fd, Int32(IPPROTO_TCP), TCP_KEEPIDLE, keepalive.idleSeconds)
                try Self.set(fd, Int32(IPPROTO_TCP), TCP_KEEPINTVL, keepalive.intervalSeconds)
                try Self.set(fd, Int32(IPPROTO_TCP), TCP_KEEPCNT, keepalive.probes)
            }
        }
        if case .ipv6 = address {
            try Self.set(fd, Int32(IPPROTO_IPV6), IPV6_V6ONLY, options.isIPv6Only ? 1 : 0)
        }
        try SystemCall.bind.check(unsafe address.withKernelAddress { unsafe clinux_bind(fd, $0, $1) })
        try SystemCall.listen.check(clinux_listen(fd, options.backlog))
        self.address = try Self.boundAddress(fd, asked: address)
        descriptor = socket
    }

    /// The address with its actual port.
    private static func boundAddress(_ fd: Int32, asked: SocketAddress) throws(SystemError) -> SocketAddress {
        if case .unix = asked { return asked }
        var raw = KernelAddress()
        try SystemCall.getsockname.check(unsafe raw.withRoom { unsafe clinux_getsockname(fd, $0, $1) })
        return SocketAddress(raw)
    }

    private static func set(_ fd: Int32, _ level: Int32, _ name: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        let length = socklen_t(MemoryLayout<Int32>.size)
        try SystemCall.setsockopt.check(unsafe clinux_setsockopt(fd, level, name, &value, length))
    }

    /// The descriptor's number, to poll it.
    public var number: Int32 { descriptor.number }

    /// Accepts one client and writes its address to `peer`. Never blocks. accept4(2).
    ///
    /// - Parameter blocking: whether the client's socket is one that blocks.
    public func accept(peer: inout KernelAddress, blocking: Bool = false) -> AcceptOutcome {
        let flags = Int32(SOCK_CLOEXEC.rawValue | (blocking ? 0 : SOCK_NONBLOCK.rawValue))
        let result = unsafe peer.withRoom { unsafe clinux_accept4(descriptor.number, $0, $1, flags) }
        return result >= 0 ? .accepted(Descriptor(owning: result)) : Self.failure(Errno(rawValue: -result))
    }

    @inline(never)
    private static func failure(_ errno: Errno) -> AcceptOutcome {
        SystemCall.accept4.trapIfProgrammersError(errno)
        switch errno {
        case .wouldBlock: return .wouldBlock
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem: return .outOfDescriptors(errno)
        case .noMemory, .noBufferSpace: return .outOfMemory(errno)
        // This client has gone, a filter forbade it, or a signal came.
        case .connectionAbort, .notPermitted, .interrupted: return .goOn(errno)
        // The pending network errors that accept(2) says to treat like EAGAIN, and others that it says may occur.
        case .networkDown, .protocolError, .protocolNotAvailable, .hostIsDown, Errno(rawValue: ENONET), .noRouteToHost,
            .notSupportedOnSocket, .networkUnreachable, .timedOut, .noStreamResources, .socketTypeNotSupported,
            .protocolNotSupported:
            return .goOn(errno)
        // EINVAL: the socket does not listen any more (ss -K, a driver that was unloaded). An unknown error would recur constantly too:
        // better one listener less than a loop that never sleeps.
        default: return .listenerDied(errno)
        }
    }
}

extension SocketAddress {
    /// The peer that `Listener.accept(peer:blocking:)` has written.
    public init(peer: borrowing KernelAddress) { self.init(peer) }
}
