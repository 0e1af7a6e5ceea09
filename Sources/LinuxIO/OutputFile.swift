// Files that results are written to.
internal import CLinux
internal import Glibc
internal import SystemPackage

/// A file that is checked for writability before the work begins, so that no work is lost, and that gets its new content all at once when
/// the work is done. Until then it keeps the old content, whatever happens.
///
/// A regular file is replaced: the content goes to another file beside it, which is then renamed. Anything else (a device, a pipe), and a file in a
/// directory in which no other file can be created, is written in place.
public struct OutputFile: ~Copyable, Sendable {
    /// The file itself, links followed.
    private let path: String
    /// The permissions of the file that is replaced; nil if there is none.
    private let mode: mode_t?
    /// The file to write in place; nil if it is replaced.
    private let descriptor: Descriptor?

    /// Checks whether the file can be written; changes nothing. open(2), stat(2).
    public init(_ path: String) throws(SystemError) {
        guard !path.isEmpty else { throw SystemError(.noSuchFileOrDirectory, in: .open) }
        var status = stat()
        let exists = unsafe stat(path, &status) == 0
        let isRegular = exists && status.st_mode & S_IFMT == S_IFREG
        let target = try Self.target(of: path)
        let isStream = exists && (!isRegular || target.isOpenFile)
        let held = try Self.held(isStream ? path : target.path, exists: exists, isStream: isStream)
        self.path = target.path
        mode = isRegular && !target.isOpenFile ? status.st_mode & 0o777 : nil
        descriptor = held
    }

    /// Opens a file that is written in place; nil for a file that is replaced.
    private static func held(_ path: String, exists: Bool, isStream: Bool) throws(SystemError) -> Descriptor? {
        if isStream { return try open(path, O_WRONLY | O_APPEND | O_CLOEXEC) }
        if try tryReplacing(path, exists: exists) { return nil }
        return try open(path, O_WRONLY | O_CLOEXEC)
    }

    /// Creates a file beside this one and removes it; returns whether that works. Throws if neither that nor the file itself can be written.
    private static func tryReplacing(_ path: String, exists: Bool) throws(SystemError) -> Bool {
        // A user who may not write to a file must not replace it either.
        if exists { _ = try open(path, O_WRONLY | O_CLOEXEC) }
        let other = nameBeside(path)
        do throws(SystemError) { _ = try open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC) } catch {
            if exists { return false }
            throw error
        }
        _ = unsafe unlink(other)
        return true
    }

    private var heldDescriptor: Int32? {
        switch descriptor {
        case .some(let held): held.number
        case .none: nil
        }
    }

    /// Writes this as the file's content. Blocks while the disk does. write(2), fsync(2), rename(2).
    public func write(_ text: String) throws(SystemError) {
        if let fd = heldDescriptor {
            // A device or a pipe has no length to set, and a file that is open elsewhere is appended to.
            if mode != nil { _ = ftruncate(fd, 0) }
            return try Self.write(text, to: fd)
        }
        let other = Self.nameBeside(path)
        do throws(SystemError) {
            let file = try Self.open(other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
            if let mode { _ = fchmod(file.number, mode) }
            try Self.write(text, to: file.number)
            // Some file systems report a lack of room only here; on some, fsync does not apply.
            if fsync(file.number) != 0, ![EINVAL, EROFS, ENOTSUP].contains(errno) {
                throw SystemError(Errno(rawValue: errno), in: .write)
            }
            guard unsafe rename(other, path) == 0 else { throw SystemError(Errno(rawValue: errno), in: .rename) }
        } catch {
            _ = unsafe unlink(other)
            throw error
        }
    }

    private static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Descriptor {
        let fd = unsafe Glibc.open(path, flags, 0o666)
        guard fd >= 0 else { throw SystemError(Errno(rawValue: errno), in: .open) }
        return Descriptor(owning: fd)
    }

    private static func write(_ text: String, to fd: Int32) throws(SystemError) {
        var text = text
        // SAFETY: the string's own bytes, and `done` is below their number.
        let failure = text.withUTF8 { bytes -> Errno? in
            var done = 0
            while done < bytes.count {
                let count = unsafe Glibc.write(fd, bytes.baseAddress! + done, bytes.count - done)
                if count < 0, errno != EINTR { return Errno(rawValue: errno) }
                done += max(0, count)
            }
            return nil
        }
        if let failure { throw SystemError(failure, in: .write) }
    }

    /// A unique path in the same directory, so that it can be renamed.
    private static func nameBeside(_ path: String) -> String { "\(path).eco-\(getpid())" }
}

extension OutputFile {
    private static let mostLinks = 40

    /// Follows the links at the end of a path. Paths to open files of a process are such links too: /proc/self/fd/1.
    private static func target(of path: String) throws(SystemError) -> (path: String, isOpenFile: Bool) {
        var path = path
        for _ in 0..<mostLinks {
            if path.hasPrefix("/proc/") { return (path, true) }
            guard let next = SystemFile.target(of: path), !next.isEmpty else { return (path, false) }
            path = next.hasPrefix("/") ? next : "\(directory(of: path))/\(next)"
        }
        throw SystemError(.tooManySymbolicLinkLevels, in: .open)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The identity of the file that a path names, however the path is written.
    public struct Identity: Hashable, Sendable {
        let device: UInt64
        let inode: UInt64
        /// In that directory, of a file that does not exist yet.
        let name: String
    }

    /// Nil for anything but a regular file: several may write to a device.
    public static func identity(of path: String) -> Identity? {
        var status = stat()
        if unsafe stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), name: "")
        }
        // If the links form a cycle, opening the file reports it.
        guard let target = try? target(of: path).path, unsafe stat(directory(of: target), &status) == 0 else {
            return nil
        }
        let name = target.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? target
        return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino), name: name)
    }
}
