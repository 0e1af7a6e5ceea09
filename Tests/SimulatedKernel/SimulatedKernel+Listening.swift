// Sockets that listen, and the clients in their backlogs.
import CLinux
import Glibc

extension SimulatedKernel {
    func socket(_ type: Int32) -> Int32 {
        begin(.socket)
        if type & Int32(SOCK_NONBLOCK.rawValue) == 0 { fail("a socket that blocks") }
        if type & Int32(SOCK_CLOEXEC.rawValue) == 0 { fail("a socket that children inherit") }
        let errno = effect(.socket, -1, nil, canFail: true).0
        let result = errno.map { -$0 } ?? allocate(.socket(ListeningSocket())) ?? -EMFILE
        if result < 0 { clientObserver?.failed(.socket, -result) }
        return end(.socket, -1, 0, result)
    }

    func bind(_ fd: Int32, _ raw: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
        begin(.bind)
        guard case .socket(let socket)? = object(fd) else { return end(.bind, fd, 0, misused(.bind, fd)) }
        guard var address = unsafe PeerAddress(raw, length) else { return end(.bind, fd, 0, -EAFNOSUPPORT) }
        if listeners.contains(where: { $0.address == address }) { return end(.bind, fd, 0, -EADDRINUSE) }
        // connect(2) chooses a port where that is left to it.
        let isLater = socket.options[SimulatedOption(level: Int32(IPPROTO_IP), name: IP_BIND_ADDRESS_NO_PORT)] == 1
        if address.port == 0, !isLater { address.port = UInt16(40_000 + Int(fd)) }
        socket.address = address
        return end(.bind, fd, Int(address.port), 0)
    }

    func listen(_ fd: Int32, _ backlog: Int32) -> Int32 {
        begin(.listen)
        guard case .socket(let socket)? = object(fd) else { return end(.listen, fd, 0, misused(.listen, fd)) }
        socket.capacity = min(Int(backlog), 4096) + 1
        socket.kernel = self
        listeners.append(socket)
        return end(.listen, fd, Int(backlog), 0)
    }

    func getsockname(
        _ fd: Int32, _ raw: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?
    ) -> Int32 {
        begin(.getsockname)
        switch object(fd) {
        case .socket(let socket) where socket.address != nil: unsafe socket.address!.write(to: raw, length)
        case .client(let end): unsafe end.own.write(to: raw, length)
        default: return end(.getsockname, fd, 0, misused(.getsockname, fd))
        }
        return end(.getsockname, fd, 0, 0)
    }

    func setsockopt(_ fd: Int32, _ option: SimulatedOption, _ value: Int32) -> Int32 {
        begin(.setsockopt)
        switch object(fd) {
        case .socket(let socket): socket.options[option] = value
        case .stream(let connection):
            connection.inheritedOptions[option] = value
            if option.name == TCP_KEEPIDLE || option.name == SO_KEEPALIVE { scheduleProbe(of: connection) }
        case .client: break
        default: return end(.setsockopt, fd, 0, misused(.setsockopt, fd))
        }
        return end(.setsockopt, fd, Int(option.name), 0)
    }

    // MARK: - Clients

    /// A client of this machine knocks, each from a port of its own.
    public func connectLocally() -> SimulatedConnection {
        guard let connection = connect(from: .ipv4(0x7F00_0001, port: UInt16(10_000 + connections.count % 50_000)))
        else {
            preconditionFailure("the backlog is full, or nobody listens")
        }
        return connection
    }

    /// A client knocks: it is in the backlog of the first or second listener, or nil if that is full or gone.
    public func connect(from peer: PeerAddress) -> SimulatedConnection? {
        guard let listener = listeners.first(where: { $0.address?.isIPv6 == peer.isIPv6 }),
            listener.hasRoom
        else { return nil }
        return connect(from: peer, to: listener)
    }

    /// A client is in a listener's backlog. The connection is of this kernel's making.
    func connect(from peer: PeerAddress, to listener: ListeningSocket) -> SimulatedConnection {
        let connection = SimulatedConnection(
            number: connections.count + 1, peer: peer, kernel: self, toServer: receiveCapacity, toClient: sendCapacity)
        connection.connectedAt = now
        connections.append(connection)
        listener.backlog.append(connection)
        note("connects", connection)
        return connection
    }

    func accept4(
        _ fd: Int32, _ raw: UnsafeMutablePointer<sockaddr>?, _ length: UnsafeMutablePointer<socklen_t>?, _ flags: Int32
    ) -> Int32 {
        begin(.accept4)
        guard case .socket(let socket)? = object(fd), socket.capacity != nil else {
            return end(.accept4, fd, 0, misused(.accept4, fd))
        }
        if flags & Int32(SOCK_NONBLOCK.rawValue) == 0 { fail("a client's socket that blocks") }
        if flags & Int32(SOCK_CLOEXEC.rawValue) == 0 { fail("a client's socket that children inherit") }
        let (errno, _) = effect(.accept4, fd, nil, canFail: !socket.backlog.isEmpty)
        if let errno {
            switch errno {
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, EINTR, EAGAIN: break
            // The others take a client out of the backlog, if there is one.
            default: if !socket.backlog.isEmpty { socket.backlog.removeFirst().resetClient() }
            }
            if errno != EMFILE, errno != ENFILE, errno != ENOBUFS, errno != ENOMEM { progress(fd) }
            observer?.acceptFailed(errno)
            return end(.accept4, fd, 0, -errno)
        }
        // Linux finds a descriptor before it looks into the backlog: EMFILE comes even when nobody waits.
        guard hasFreeDescriptor else {
            observer?.acceptFailed(EMFILE)
            return end(.accept4, fd, 0, -EMFILE)
        }
        guard !socket.backlog.isEmpty else {
            observer?.acceptFailed(EAGAIN)
            return end(.accept4, fd, 0, -EAGAIN)
        }
        progress(fd)
        let connection = socket.backlog.removeFirst()
        connection.fd = allocate(.stream(connection))!
        connection.acceptance = nextAcceptance()
        connection.inheritedOptions = socket.options
        unsafe connection.peer.write(to: raw, length)
        if connection.isVanished { peerVanished(connection) } else { scheduleProbe(of: connection) }
        observer?.accepted(connection)
        return end(.accept4, fd, connection.number, connection.fd)
    }

    /// Arranges for keepalive to find out about a peer that is gone: tcp(7).
    func peerVanished(_ connection: SimulatedConnection) {
        let tcp = Int32(IPPROTO_TCP)
        func option(_ level: Int32, _ name: Int32) -> Int32 { connection.option(level, name) }
        guard connection.isAccepted else { return }
        // Unanswered data is given up after about a quarter of an hour, keepalive or not; see tcp_retries2 in tcp(7).
        var seconds = connection.toClient.isEmpty ? Int64.max : 924
        if connection.toClient.isEmpty, option(SOL_SOCKET, SO_KEEPALIVE) != 0 {
            let probes = option(tcp, TCP_KEEPINTVL) * option(tcp, TCP_KEEPCNT)
            seconds = Int64(option(tcp, TCP_KEEPIDLE) + probes)
        }
        if seconds != .max { timers.append((now + seconds * 1_000_000_000, connection)) }
    }
}
