// Writing to the descriptors that the process was started with.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// Descriptor 1 or 2. Its mode is never changed: it is shared with whoever started the process.
public enum OutputStream: Int32, Sendable {
    case standardOutput = 1
    case standardError = 2

    /// Occupies those of descriptors 0, 1 and 2 that the process was started without, so that no socket takes their numbers
    /// and is sent what is meant for a person. To be called before anything else is opened.
    public static func reserveNumbers() throws(SystemError) {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            // The lowest free number, as open(2) promises; in an empty root directory there is no /dev/null.
            guard unsafe open("/dev/null", O_RDWR) < 0 else { continue }
            try SystemCall.eventfd.check(clinux_eventfd(0, 0))
        }
    }

    /// Writes all bytes. Blocks as long as the reader does not read; false once there is no reader any more. write(2).
    ///
    /// The calling thread must block SIGPIPE.
    public func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var written = 0
        while written < bytes.count {
            // SAFETY: `written` is below the buffer's length.
            let result = unsafe clinux_write(rawValue, bytes.baseAddress! + written, bytes.count - written)
            if result > 0 {
                written += result
            } else if result == -Int(EAGAIN) {
                // Somebody else made it non-blocking.
                var entry = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = unsafe clinux_poll(&entry, 1, -1)
            } else if result != -Int(EINTR) {
                return false
            }
        }
        return true
    }
}
