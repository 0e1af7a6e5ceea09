// System calls on a connected socket.
internal import CLinux
internal import Glibc
public import SystemPackage

/// The outcome of recv(2).
public enum ReceiveOutcome: Equatable, Sendable {
    /// This many bytes, at least one.
    case bytes(Int)
    /// The peer ended its side.
    case endOfStream
    /// Nothing waits (of reads that do not block), or the kernel has no memory for the read.
    case wouldBlock
    /// A signal came first.
    case interrupted
    /// The connection is broken.
    case failed(Errno)
}

/// The outcome of send(2).
public enum SendOutcome: Equatable, Sendable {
    /// The kernel took this many bytes, perhaps not all.
    case bytes(Int)
    /// The kernel has no room now (non-blocking sockets only), or no memory.
    case wouldBlock
    /// A signal came first.
    case interrupted
    /// The connection is broken.
    case failed(Errno)
}

/// The system calls on a connected stream socket, given its descriptor.
///
/// The descriptor must be an open socket: anything else traps. Any thread may call these.
public enum Socket {
    /// Reads what is available, at most the buffer's length. Blocks if the socket does. recv(2).
    public static func receive(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) -> ReceiveOutcome {
        // SAFETY: the buffer has the given length.
        let result = unsafe clinux_recv(fd, buffer.baseAddress, buffer.count, 0)
        if result > 0 { return .bytes(result) }
        return result == 0 ? .endOfStream : receiveFailure(Errno(rawValue: CInt(-result)))
    }

    /// As `receive`, but never blocks, even if the socket does. recv(2), MSG_DONTWAIT.
    public static func receiveNow(_ fd: Int32, into buffer: UnsafeMutableRawBufferPointer) -> ReceiveOutcome {
        // SAFETY: the buffer has the given length.
        let result = unsafe clinux_recv(fd, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        if result > 0 { return .bytes(result) }
        return result == 0 ? .endOfStream : receiveFailure(Errno(rawValue: CInt(-result)))
    }

    /// Hands bytes to the kernel. Blocks if the socket does. A broken connection is an outcome, never SIGPIPE. send(2).
    ///
    /// - Parameter isLast: the caller ends its sending side next, so that the bytes and the FIN can share a segment (MSG_MORE).
    public static func send(_ fd: Int32, _ bytes: UnsafeRawBufferPointer, isLast: Bool = false) -> SendOutcome {
        let flags = Int32(MSG_NOSIGNAL) | (isLast ? Int32(MSG_MORE) : 0)
        // SAFETY: the buffer has the given length.
        let result = unsafe clinux_send(fd, bytes.baseAddress, bytes.count, flags)
        return result >= 0 ? .bytes(result) : sendFailure(Errno(rawValue: CInt(-result)))
    }

    @inline(never)
    private static func receiveFailure(_ errno: Errno) -> ReceiveOutcome {
        SystemCall.recv.trapIfProgrammersError(errno)
        switch errno {
        case .wouldBlock: return .wouldBlock
        case .interrupted: return .interrupted
        // No memory now: the bytes wait in the queue, and readiness is reported again.
        case .noMemory, .noBufferSpace: return .wouldBlock
        default: return .failed(errno)
        }
    }

    @inline(never)
    private static func sendFailure(_ errno: Errno) -> SendOutcome {
        SystemCall.send.trapIfProgrammersError(errno)
        switch errno {
        case .wouldBlock, .noMemory, .noBufferSpace: return .wouldBlock
        case .interrupted: return .interrupted
        default: return .failed(errno)
        }
    }

    /// Ends the sending side, after the bytes already handed over. False if the connection is broken. shutdown(2).
    @discardableResult
    public static func endSending(_ fd: Int32) -> Bool {
        let result = clinux_shutdown(fd, Int32(SHUT_WR))
        if result < 0 { SystemCall.shutdown.trapIfProgrammersError(Errno(rawValue: -result)) }
        return result >= 0
    }

    /// How many bytes are available to read; 0 if the connection is broken. ioctl(2), FIONREAD.
    public static func queuedBytes(_ fd: Int32) -> Int { max(0, Int(clinux_queued_bytes(fd))) }

    /// Whether the next byte is urgent. `queuedBytes` counts up to that byte and not beyond, and `receive` skips it.
    /// sockatmark(3), tcp(7).
    public static func isAtUrgentMark(_ fd: Int32) -> Bool { clinux_at_urgent_mark(fd) > 0 }

    /// How many sent bytes the peer has not acknowledged, where the end of the sending side counts as one; 0 if the connection is broken.
    /// For a Unix socket, the memory that they occupy. tcp(7), SIOCOUTQ.
    public static func unacknowledgedBytes(_ fd: Int32) -> Int {
        max(0, Int(clinux_unacknowledged_bytes(fd)))
    }

    /// How many bytes the peer has acknowledged since it connected; 0 for a Unix socket. tcp(7), TCP_INFO.
    public static func acknowledgedBytes(_ fd: Int32) -> Int { max(0, Int(clinux_acknowledged_bytes(fd))) }
}
