// connect, and the calls on sockets that it has connected.
import Glibc

extension SimulatedKernel {
    /// After so many unanswered requests Linux gives up: tcp_syn_retries in tcp(7).
    private static var mostKnocks: Int { 7 }

    func connect(_ fd: Int32, _ raw: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
        begin(.connect)
        guard case .socket(let socket)? = object(fd), socket.capacity == nil else {
            return end(.connect, fd, 0, misused(.connect, fd))
        }
        guard let target = unsafe PeerAddress(raw, length) else { return end(.connect, fd, 0, -EAFNOSUPPORT) }
        let (errno, _) = effect(.connect, fd, nil, canFail: true)
        // A connection that a signal interrupts comes about all the same: connect(2).
        if let errno, errno != EINTR {
            clientObserver?.failed(.connect, errno)
            return end(.connect, fd, Int(target.port), -errno)
        }
        var own = socket.address ?? target
        own.port = socket.address?.port ?? 0
        if own.port == 0 { own.port = UInt16(32_768 + asked.count % 28_000) }
        if network.listener(at: target) == nil, faults?.meetsItself() ?? false { own = target }
        let delay = handshake.map { _ in Int64(handshake!.random.pick(0...handshake!.most)) } ?? 0
        let client = ClientEnd(number: asked.count + 1, target: target, own: own, moment: now + delay)
        client.fate = faults?.handshake()
        asked.append(client)
        objects[Int(fd)] = .client(client)
        knocking.append(client)
        clientObserver?.asks(client)
        knockAgain()
        if errno != nil { return end(.connect, fd, Int(target.port), -EINTR) }
        if client.isRefused {
            let errno = client.takeError()
            clientObserver?.decided(client, errno)
            return end(.connect, fd, Int(target.port), -errno)
        }
        return end(.connect, fd, Int(target.port), client.isDecided && delay == 0 ? 0 : -EINPROGRESS)
    }

    /// Asks the servers of all connections whose moment has come.
    func knockAgain() {
        guard !knocking.isEmpty else { return }
        for client in knocking where client.moment <= now { knock(client) }
        knocking.removeAll { $0.isDecided }
    }

    private func knock(_ client: ClientEnd) {
        client.knocks += 1
        if client.isToItself { return client.moment = .max }
        if let errno = client.fate { return client.refuse(errno) }
        guard let listener = network.listener(at: client.target) else { return client.refuse(ECONNREFUSED) }
        guard listener.hasRoom else {
            // A full backlog drops the request, which is sent again after a second, two, four, ...
            guard client.knocks < Self.mostKnocks else { return client.refuse(ETIMEDOUT) }
            return client.moment += 1_000_000_000 << Int64(client.knocks - 1)
        }
        client.moment = .max
        client.connection = (listener.kernel ?? self).connect(from: client.own, to: listener)
    }

    func closeClient(_ client: ClientEnd) {
        knocking.removeAll { $0 === client }
        client.connection?.clientClose()
    }

    // MARK: - Talking

    func receive(_ client: ClientEnd, _ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        if count == 0 { fail("recv of 0 bytes, which looks like the end of the stream") }
        let (errno, most) = effect(.recv, fd, nil, canFail: client.readiness & EpollBits.readable != 0)
        progress(fd)
        if let errno { return fails(.recv, client, fd, count, errno) }
        guard let connection = client.connection else {
            if !client.isDecided { return end(.recv, fd, count, -Int(EAGAIN)) }
            return fails(.recv, client, fd, count, client.pendingError != 0 ? client.takeError() : ENOTCONN)
        }
        var length = min(count, most)
        if faults != nil, connection.unreadByClient > 0 {
            length = faults!.length(min(length, connection.unreadByClient))
        }
        switch connection.clientReceive(length) {
        case .bytes(let taken):
            // SAFETY: the caller has room for `count` bytes, and these are no more.
            unsafe taken.withUnsafeBytes { unsafe bytes!.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            clientObserver?.received(client, taken)
            return end(.recv, fd, count, taken.count)
        case .nothing: return end(.recv, fd, count, -Int(EAGAIN))
        case .reset where connection.clientError != 0:
            return fails(.recv, client, fd, count, client.takeError())
        case .end, .reset:
            clientObserver?.receivedEnd(client)
            return end(.recv, fd, count, 0)
        }
    }

    func send(_ client: ClientEnd, _ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
        if count == 0 { fail("send of 0 bytes") }
        // SAFETY: the caller has `count` bytes.
        let offered = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
        let isBroken = client.isRefused || client.connection?.isClientReset ?? false
        if client.connection?.clientEnded ?? false { fail("send after shutdown") }
        if isBroken, flags & Int32(MSG_NOSIGNAL) == 0 { fail("SIGPIPE: a broken connection, and no MSG_NOSIGNAL") }
        let hasRoom = client.connection.map { $0.toServer.room > 0 } ?? false
        let (errno, most) = effect(.send, fd, nil, canFail: !isBroken && hasRoom)
        progress(fd)
        var result = -Int(EAGAIN)
        if let errno {
            result = -Int(errno)
        } else if isBroken {
            result = -Int(client.pendingError != 0 ? client.takeError() : EPIPE)
        } else if let connection = client.connection, hasRoom {
            var length = min(count, most)
            if faults != nil { length = faults!.length(length) }
            // What is sent to a server that is gone is taken, and answered with a reset.
            result = connection.clientSend(offered[..<length]) ?? length
        }
        clientObserver?.offered(client, offered, result: result)
        return result < 0 ? fails(.send, client, fd, count, Int32(-result)) : end(.send, fd, count, result)
    }

    func shutdown(_ client: ClientEnd, _ fd: Int32, _ how: Int32) -> Int32 {
        if how != Int32(SHUT_WR) { fail("shutdown(\(how)) of the receiving side") }
        progress(fd)
        guard let connection = client.connection, !connection.isClientReset else {
            return Int32(fails(.shutdown, client, fd, 0, ENOTCONN))
        }
        connection.clientEndSending()
        return end(.shutdown, fd, 0, 0)
    }

    private func fails(_ call: KernelCall, _ client: ClientEnd, _ fd: Int32, _ argument: Int, _ errno: Int32) -> Int {
        switch errno {
        case EAGAIN, EINTR, ENOMEM, ENOBUFS: break
        default: clientObserver?.broke(client, errno)
        }
        return end(call, fd, argument, -Int(errno))
    }
}
