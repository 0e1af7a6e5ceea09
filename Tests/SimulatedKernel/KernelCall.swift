// The calls that a server makes to its kernel.

/// One function of the kernel's table; `epoll_ctl` counts as three.
public enum KernelCall: UInt8, CaseIterable, Sendable, Hashable {
    case accept4, atUrgentMark, bind, clock, close, connect, epollAdd, epollCreate, epollDelete, epollModify, epollWait,
        eventfd
    case getsockname, getsockopt, listen, poll, queuedBytes, read, recv, select, send, setsockopt, shutdown, signalfd,
        socket
    case acknowledgedBytes, unacknowledgedBytes, write
}
