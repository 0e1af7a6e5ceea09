// Folders that results are written to.
internal import Glibc
internal import SystemPackage

/// Directories.
public enum Folder {
    /// Creates the directory and its parents; an existing one is not an error. mkdir(2).
    public static func make(_ path: String) throws(SystemError) {
        var prefix = ""
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            prefix += (index == 0 ? "" : "/") + part
            if prefix.isEmpty || part.isEmpty { continue }
            guard unsafe mkdir(prefix, 0o777) != 0 else { continue }
            let failure = Errno(rawValue: errno)
            // An existing path has to be a directory. If the last one is not, writing into it will fail.
            if failure == .fileExists, isDirectory(prefix) { continue }
            throw SystemError(failure == .fileExists ? .notDirectory : failure, in: .mkdir)
        }
    }

    /// Removes a file; a missing file is not an error. unlink(2).
    public static func removeFile(_ path: String) { _ = unsafe unlink(path) }

    private static func isDirectory(_ path: String) -> Bool {
        guard let directory = unsafe opendir(path) else { return false }
        unsafe closedir(directory)
        return true
    }
}
