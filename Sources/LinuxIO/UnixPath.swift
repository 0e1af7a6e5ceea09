// Unix sockets leave a file behind; this checks who owns it.
internal import Glibc
internal import SystemPackage

/// The file of a Unix socket.
public enum UnixPath {
    /// What exists at a path.
    public enum State: Equatable, Sendable {
        case nothing
        /// A socket without a listener: its server died.
        case stale
        /// A socket that a server listens on.
        case live
        /// Something that is not a socket.
        case other
    }

    /// Checks the path, by connecting if it is a socket. Never blocks.
    public static func state(of path: String) throws(SystemError) -> State {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return .nothing }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return .other }
        return try ClientSocket(.unix).connect(to: .unix(path)) == .failed(.connectionRefused) ? .stale : .live
    }

    /// Removes the file. unlink(2).
    public static func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 else { throw SystemError(Errno(rawValue: errno), in: .unlink) }
    }

    /// The device and inode of the file, to recognise it later; nil if there is none.
    public static func identity(of path: String) -> Identity? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    public struct Identity: Equatable, Sendable {
        let device: UInt64
        let inode: UInt64
    }
}
