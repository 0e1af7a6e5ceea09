// Calls on connected sockets.
import Glibc

extension SimulatedKernel {
    func stream(_ fd: Int32) -> SimulatedConnection? {
        if case .stream(let connection)? = object(fd) { connection } else { nil }
    }

    func recv(_ fd: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
        begin(.recv)
        if case .client(let client)? = object(fd) { return unsafe receive(client, fd, bytes, count) }
        guard let connection = stream(fd) else { return end(.recv, fd, count, Int(misused(.recv, fd))) }
        if count == 0 { fail("recv of 0 bytes, which looks like the end of the stream") }
        let (errno, most) = effect(.recv, fd, connection, canFail: connection.readiness & EpollBits.readable != 0)
        progress(fd)
        if let errno { return fails(.recv, connection, count, errno) }
        var length = min(count, most, connection.toServer.count)
        if length > 0 {
            if faults != nil { length = faults!.length(length) }
            let taken = connection.toServer.take(length)
            // SAFETY: the caller has room for `count` bytes, and `length` is no more.
            unsafe taken.withUnsafeBytes { unsafe bytes!.copyMemory(from: $0.baseAddress!, byteCount: length) }
            connection.totalReadByServer += length
            observer?.received(connection, taken)
            return end(.recv, fd, count, length)
        }
        if connection.error != 0 { return fails(.recv, connection, count, takeError(connection)) }
        guard connection.clientEnded || connection.isDead else { return end(.recv, fd, count, Int(-EAGAIN)) }
        observer?.receivedEnd(connection)
        return end(.recv, fd, count, 0)
    }

    func send(_ fd: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
        begin(.send)
        if case .client(let client)? = object(fd) { return unsafe send(client, fd, bytes, count, flags) }
        guard let connection = stream(fd) else { return end(.send, fd, count, Int(misused(.send, fd))) }
        if count == 0 { fail("send of 0 bytes") }
        // SAFETY: the caller has `count` bytes.
        let offered = unsafe Array(UnsafeRawBufferPointer(start: bytes, count: count))
        let isBroken = connection.isDead || connection.serverEnded
        if connection.serverEnded { fail("send after shutdown") }
        if isBroken, flags & Int32(MSG_NOSIGNAL) == 0 { fail("SIGPIPE: a broken connection, and no MSG_NOSIGNAL") }
        let (errno, most) = effect(.send, fd, connection, canFail: !isBroken && connection.hasRoom)
        progress(fd)
        if let errno {
            observer?.offered(connection, offered, result: -Int(errno))
            return fails(.send, connection, count, errno)
        }
        if isBroken {
            let errno = connection.error != 0 ? takeError(connection) : EPIPE
            observer?.offered(connection, offered, result: -Int(errno))
            return fails(.send, connection, count, errno)
        }
        var length = min(count, most)
        if faults != nil { length = faults!.length(length) }
        let taken = connection.serverSent(offered.prefix(length))
        let result = taken > 0 ? taken : Int(-EAGAIN)
        connection.isHeldBack = taken == count && flags & Int32(MSG_MORE) != 0
        observer?.offered(connection, offered, result: result)
        return end(.send, fd, count, result)
    }

    func shutdown(_ fd: Int32, _ how: Int32) -> Int32 {
        begin(.shutdown)
        if case .client(let client)? = object(fd) { return shutdown(client, fd, how) }
        guard let connection = stream(fd) else { return end(.shutdown, fd, 0, misused(.shutdown, fd)) }
        if how != Int32(SHUT_WR) { fail("shutdown(\(how)) of the receiving side") }
        let (errno, _) = effect(.shutdown, fd, connection, canFail: false)
        progress(fd)
        if let errno { return Int32(fails(.shutdown, connection, 0, errno)) }
        if connection.isDead { return Int32(fails(.shutdown, connection, 0, ENOTCONN)) }
        connection.serverEnded = true
        observer?.endedSending(connection)
        return end(.shutdown, fd, 0, 0)
    }

    func queuedBytes(_ fd: Int32) -> Int32 {
        begin(.queuedBytes)
        guard let connection = stream(fd) else { return end(.queuedBytes, fd, 0, misused(.queuedBytes, fd)) }
        observer?.askedQueue(connection)
        return end(.queuedBytes, fd, 0, Int32(connection.toServer.count))
    }

    func unacknowledgedBytes(_ fd: Int32) -> Int32 {
        let call = KernelCall.unacknowledgedBytes
        begin(call)
        guard let connection = stream(fd) else { return end(call, fd, 0, misused(call, fd)) }
        return end(call, fd, 0, Int32(connection.unacknowledged))
    }

    func acknowledgedBytes(_ fd: Int32) -> Int64 {
        let call = KernelCall.acknowledgedBytes
        begin(call)
        guard let connection = stream(fd) else { return Int64(end(call, fd, 0, misused(call, fd))) }
        return end(call, fd, 0, Int64(connection.totalDelivered))
    }

    /// No client of these worlds sends urgent bytes.
    func atUrgentMark(_ fd: Int32) -> Int32 {
        begin(.atUrgentMark)
        return end(.atUrgentMark, fd, 0, stream(fd) == nil ? misused(.atUrgentMark, fd) : 0)
    }

    func getsockopt(_ fd: Int32, _ option: SimulatedOption, _ value: UnsafeMutableRawPointer?) -> Int32 {
        begin(.getsockopt)
        if option != SimulatedOption(level: SOL_SOCKET, name: SO_ERROR) { fail("getsockopt of option \(option)") }
        let errno: Int32
        switch object(fd) {
        case .stream(let connection):
            errno = takeError(connection)
            if errno != 0 { observer?.broke(connection) }
        case .client(let client):
            progress(fd)
            errno = client.takeError()
            clientObserver?.decided(client, errno)
        default: return end(.getsockopt, fd, 0, misused(.getsockopt, fd))
        }
        // SAFETY: the caller has room for an int.
        unsafe value!.storeBytes(of: errno, as: Int32.self)
        return end(.getsockopt, fd, Int(option.name), 0)
    }

    // MARK: - Errors

    private func takeError(_ connection: SimulatedConnection) -> Int32 {
        defer { connection.error = 0 }
        return connection.error
    }

    private func fails(_ call: KernelCall, _ connection: SimulatedConnection, _ argument: Int, _ errno: Int32) -> Int {
        switch errno {
        case EAGAIN, EINTR, ENOMEM, ENOBUFS: break
        default: observer?.broke(connection)
        }
        return end(call, connection.fd, argument, -Int(errno))
    }
}
