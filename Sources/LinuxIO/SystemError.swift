// Errors of system calls, with the call that failed.
public import SystemPackage

/// A system call that failed for a reason that its caller cannot treat as an outcome.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reason; see errno(3).
    public let errno: Errno
    /// The call.
    public let call: SystemCall

    public init(_ errno: Errno, in call: SystemCall) {
        self.errno = errno
        self.call = call
    }

    public var description: String { "\(call.rawValue): \(errno)" }
}

/// The system calls of this module, and the allocator, by their manual pages' names.
public enum SystemCall: String, Sendable, CaseIterable {
    case accept4, bind, connect, getsockname, listen, recv, send, setsockopt, shutdown, socket
    case close, ioctl, poll, read, select, write, unlink
    case epoll_create1, epoll_ctl, epoll_wait, eventfd, signalfd
    case getrlimit, setrlimit, prlimit, pthread_create, pthread_sigmask, sigaction
    case kill, malloc, memfd_create, open, pipe2, posix_spawn, rename, sched_setaffinity, sched_setscheduler, unshare,
        mkdir
}

extension SystemCall {
    /// The result of a call if it is 0 or more, or the error for a negative result.
    @discardableResult
    func check(_ result: Int32) throws(SystemError) -> Int32 {
        guard result < 0 else { return result }
        throw SystemError(Errno(rawValue: -result), in: self)
    }

    /// Traps if the error can only be a bug in this program: no state of the network or the machine causes it.
    @inline(never)
    func trapIfProgrammersError(_ errno: Errno) {
        switch errno {
        case .badFileDescriptor, .badAddress, .notSocket: preconditionFailure("\(rawValue): \(errno)")
        default: break
        }
    }
}
