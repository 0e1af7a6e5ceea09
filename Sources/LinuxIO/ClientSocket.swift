// Client sockets, TCP or Unix: before and while they are connected.
internal import CLinux
internal import Glibc
public import SystemPackage

/// The outcome of a non-blocking connect(2).
public enum ConnectOutcome: Equatable, Sendable {
    case connected
    /// In progress: the socket becomes writable when it is decided, and `connectionError` gives the result.
    case inProgress
    /// Nothing listens, there is no route, no port is left, ...
    case failed(Errno)
}

/// An owned stream socket that connects: non-blocking, close-on-exec.
public struct ClientSocket: ~Copyable, Sendable {
    public enum Family: Sendable { case ipv4, ipv6, unix }

    private let descriptor: Descriptor

    /// socket(2).
    public init(_ family: Family) throws(SystemError) {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let domain =
            switch family {
            case .ipv4: AF_INET
            case .ipv6: AF_INET6
            case .unix: AF_UNIX
            }
        descriptor = Descriptor(owning: try SystemCall.socket.check(clinux_socket(domain, type, 0)))
    }

    /// The descriptor's number, for `Socket`, `Poll` and `Epoll`.
    public var number: Int32 { descriptor.number }

    /// Gives up ownership: the caller has to close the descriptor.
    public consuming func release() -> Int32 { descriptor.release() }

    /// Takes an address and port of this machine, without SO_REUSEADDR. bind(2).
    public func bind(to address: SocketAddress) throws(SystemError) {
        try SystemCall.bind.check(unsafe address.withKernelAddress { unsafe clinux_bind(number, $0, $1) })
    }

    /// Sets the source address, one of this machine's; `connect` chooses the port, which may be in use for another server.
    /// IP_BIND_ADDRESS_NO_PORT, bind(2).
    public func comeFrom(_ address: SocketAddress) throws(SystemError) {
        var on: Int32 = 1
        let length = socklen_t(MemoryLayout<Int32>.size)
        try SystemCall.setsockopt.check(
            unsafe clinux_setsockopt(number, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &on, length))
        try bind(to: address.withPort(0))
    }

    /// Starts to connect. Never blocks. connect(2).
    public func connect(to address: SocketAddress) -> ConnectOutcome {
        let result = unsafe address.withKernelAddress { unsafe clinux_connect(number, $0, $1) }
        if result == 0 { return .connected }
        let errno = Errno(rawValue: -result)
        SystemCall.connect.trapIfProgrammersError(errno)
        return errno == .nowInProgress || errno == .interrupted ? .inProgress : .failed(errno)
    }
}

extension SocketAddress {
    /// The kind of socket that reaches this address.
    public var socketFamily: ClientSocket.Family {
        switch self {
        case .ipv4: .ipv4
        case .ipv6: .ipv6
        case .unix: .unix
        }
    }
}

extension Socket {
    /// The error of a connection that failed or is broken; nil if there is none. Reading it clears it. SO_ERROR.
    public static func connectionError(_ fd: Int32) -> Errno? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe clinux_getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length)
        guard result == 0, value != 0 else { return nil }
        return Errno(rawValue: value)
    }

    /// Whether a connection to an address also comes from it. If nothing listens on a port that the kernel also gives to clients, a client
    /// may get that very port and reach itself. getsockname(2).
    public static func isConnectedToItself(_ fd: Int32, _ address: SocketAddress) -> Bool {
        guard address.port != 0 else { return false }
        var raw = KernelAddress()
        guard unsafe raw.withRoom({ unsafe clinux_getsockname(fd, $0, $1) }) == 0 else { return false }
        let own = SocketAddress(raw)
        // 0.0.0.0 and :: stand for the loopback here.
        return own.port == address.port && (address.isWildcard || own.host == address.host)
    }

    /// The port of this side; nil if it is not a TCP socket. getsockname(2).
    public static func localPort(_ fd: Int32) -> UInt16? {
        var raw = KernelAddress()
        let result = unsafe raw.withRoom { unsafe clinux_getsockname(fd, $0, $1) }
        guard result == 0, case let address = SocketAddress(raw), address.port != 0 else { return nil }
        return address.port
    }

    /// Segments go out at once, small or not. TCP_NODELAY.
    public static func sendWithoutDelay(_ fd: Int32) { set(fd, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    /// Received bytes are acknowledged at once, instead of together with the next bytes to send. TCP_QUICKACK, which the kernel resets by
    /// itself.
    public static func acknowledgeAtOnce(_ fd: Int32) { set(fd, Int32(IPPROTO_TCP), TCP_QUICKACK, 1) }

    /// Sets the kernel's buffers to about this many bytes; the kernel doubles the number. SO_SNDBUF, SO_RCVBUF.
    public static func setBuffers(_ fd: Int32, sending: Int32? = nil, receiving: Int32? = nil) {
        if let sending { set(fd, SOL_SOCKET, SO_SNDBUF, sending) }
        if let receiving { set(fd, SOL_SOCKET, SO_RCVBUF, receiving) }
    }

    /// Closing it sends a reset, as if the program had been killed. SO_LINGER with no time.
    public static func resetOnClose(_ fd: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe clinux_setsockopt(fd, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// The kernel refuses an option only for sockets of another kind, for which it has no meaning.
    static func set(_ fd: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe clinux_setsockopt(fd, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
