// Writing to the descriptors that the process was started with.
internal import CLinux
internal import Glibc
public import SystemPackage

/// Descriptor 1 or 2. Its mode is never changed, since it is shared with the process that started this one.
public struct OutputStream: Equatable, Sendable {
    /// The outcome of a write.
    public enum Outcome: Equatable, Sendable {
        /// All bytes were taken.
        case written
        /// It will never be read: EPIPE, EBADF.
        case readerGone
        /// Only this many bytes were taken. Every other errno may be temporary: a full disk gets room, a quota is raised.
        case failed(Errno, written: Int)
    }

    public static let standardOutput = Self(fd: 1)
    public static let standardError = Self(fd: 2)

    private let fd: Int32

    public init(fd: Int32) { self.fd = fd }

    /// Opens those of descriptors 0, 1 and 2 that the process was started without, so that no socket gets them, and with them output meant
    /// for the user. Call it before anything else is opened.
    public static func reserveStandardDescriptors() throws(SystemError) {
        for fd in Int32(0)...2 where fcntl(fd, F_GETFD) < 0 {
            // open(2) returns the lowest free descriptor; in an empty root directory there is no /dev/null.
            guard unsafe open("/dev/null", O_RDWR) < 0 else { continue }
            try SystemCall.eventfd.check(clinux_eventfd(0, 0))
        }
    }

    /// The calling thread will use no other descriptor than this and those below it: see `Thread.ownDescriptors(below:)`.
    public func takeOwnDescriptorTable() { Thread.ownDescriptors(below: max(fd, 2) + 1) }

    /// Writes all bytes. Blocks while the reader does not read; returns at once when the stream fails. write(2).
    ///
    /// The calling thread must block SIGPIPE and SIGXFSZ: `SignalSet.ofWriting`.
    public func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        var written = 0
        while written < bytes.count {
            // SAFETY: `written` is below the buffer's length.
            let result = unsafe clinux_write(fd, bytes.baseAddress! + written, bytes.count - written)
            if result > 0 {
                written += result
                continue
            }
            // A device that takes nothing and reports no error is not tried again, which could go on for ever.
            let errno = result == 0 ? Errno.ioError : Errno(rawValue: CInt(-result))
            switch errno {
            case .interrupted: continue
            case .wouldBlock:
                // Another process made it non-blocking.
                var entry = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
                _ = unsafe clinux_poll(&entry, 1, -1)
            case .brokenPipe, .badFileDescriptor: return .readerGone
            default: return .failed(errno, written: written)
            }
        }
        return .written
    }
}
