// The kernel's files with its settings and its state: /proc.
internal import Glibc

/// Small text files of the kernel's.
public enum SystemFile {
    /// The file's text, at most the first `limit` bytes; nil if it cannot be read. Never blocks on files of /proc.
    public static func text(at path: String, limit: Int = 64 << 10) -> String? {
        let fd = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        // Opened without the seam, so closed without it: it is a file of the real kernel.
        defer { _ = close(fd) }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            var text: [UInt8] = []
            while text.count < limit {
                let result = unsafe read(fd, buffer.baseAddress!, min(buffer.count, limit - text.count))
                if result < 0 && text.isEmpty { return nil }
                guard result > 0 else { break }
                unsafe text.append(contentsOf: buffer[..<result])
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// The first whole number of a file; nil if there is none.
    public static func number(at path: String) -> Int? {
        text(at: path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    /// A field of /proc/meminfo, in bytes.
    public static func memory(_ field: String) -> Int? {
        guard let line = text(at: "/proc/meminfo")?.split(separator: "\n").first(where: { $0.hasPrefix(field + ":") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }
}

extension SystemFile {
    /// The names in a directory, except `.` and `..`; empty if it cannot be read.
    public static func entries(of path: String) -> [String] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // SAFETY: a name of the kernel's ends in a zero byte.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether a file lies on a file system that is mounted read-only, as the kernel's settings are in containers. access(2).
    public static func isReadOnly(_ path: String) -> Bool { unsafe access(path, W_OK) != 0 && errno == EROFS }

    /// The target of a symbolic link; nil if there is none, it may not be read, or it is not UTF-8. readlink(2).
    public static func target(of path: String) -> String? {
        unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            // SAFETY: only as many bytes as were returned.
            let count = unsafe readlink(path, buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
            guard count >= 0 else { return nil }
            return unsafe String(validating: UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), as: UTF8.self)
        }
    }
}
