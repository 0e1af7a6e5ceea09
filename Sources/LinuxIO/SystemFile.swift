// The files in which the kernel shows its settings and its state: /proc.
internal import Glibc

/// Small text files of the kernel's.
public enum SystemFile {
    /// The file's text, up to 64 KiB; nil if it cannot be read. Never blocks on files of /proc.
    public static func text(at path: String) -> String? {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        // Opened without the seam, so closed without it: it is a file of the real kernel's.
        defer { _ = close(number) }
        return unsafe withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            var count = 0
            while count < buffer.count {
                // SAFETY: `count` is below the buffer's length.
                let result = unsafe read(number, buffer.baseAddress! + count, buffer.count - count)
                guard result > 0 else { break }
                count += result
            }
            return unsafe String(decoding: UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), as: UTF8.self)
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
