// Folders that results are written to.
internal import Glibc
internal import SystemPackage

/// Directories.
public enum Folder {
    /// Makes the directory and those above it; one that is there already is no error. mkdir(2).
    public static func make(_ path: String) throws(SystemError) {
        var prefix = ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            prefix += (index == 0 ? "" : "/") + part
            if prefix.isEmpty || part.isEmpty { continue }
            guard unsafe mkdir(prefix, 0o777) != 0 else { continue }
            let failure = Errno(rawValue: errno)
            // What is there has to be a directory; the last one's being none is told by who writes into it.
            if failure == .fileExists, isDirectory(prefix) { continue }
            throw SystemError(failure == .fileExists ? .notDirectory : failure, in: .mkdir)
        }
    }

    /// Removes a file; that there is none is no error. unlink(2).
    public static func removeFile(_ path: String) { _ = unsafe unlink(path) }

    private static func isDirectory(_ path: String) -> Bool {
        guard let directory = unsafe opendir(path) else { return false }
        unsafe closedir(directory)
        return true
    }
}
