// Writing to the descriptors that the process was started with.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// Descriptor 1 or 2. Its mode is never changed: it is shared with whoever started the process.
public enum OutputStream: Int32, Sendable {
    case standardOutput = 1
    case standardError = 2

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
