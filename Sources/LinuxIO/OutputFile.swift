// Files that results are written to.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file that is made or found before the work begins, so that nobody works for a file that cannot be written.
public struct OutputFile: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Makes the file, or empties it: nobody takes older results for those of a run that came to nothing. open(2).
    public init(_ path: String) throws(SystemError) {
        let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard number >= 0 else { throw SystemError(Errno(rawValue: errno), in: .open) }
        descriptor = Descriptor(owning: number)
    }

    /// Makes this the file's content. Blocks while the disk does. ftruncate(2), pwrite(2).
    public func write(_ text: String) throws(SystemError) {
        // A device or a pipe has no length to set, and is written to all the same.
        _ = ftruncate(descriptor.number, 0)
        var text = text
        // SAFETY: the string's own bytes, and `done` is below their number.
        let failure = text.withUTF8 { bytes -> Errno? in
            var done = 0
            while done < bytes.count {
                let count = unsafe Glibc.write(descriptor.number, bytes.baseAddress! + done, bytes.count - done)
                if count < 0, errno != EINTR { return Errno(rawValue: errno) }
                done += max(0, count)
            }
            return nil
        }
        if let failure { throw SystemError(failure, in: .write) }
    }
}
