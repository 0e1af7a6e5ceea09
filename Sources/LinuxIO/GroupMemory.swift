// The memory that a control group leaves to its processes.

/// The limits on memory of the control groups that this process is in: a container's, a service's. cgroups(7).
public enum GroupMemory {
    /// The bytes that may still be allocated, by the tightest of the limits; nil if there is none, or it cannot be read.
    public static var available: Int? {
        available(memberships: SystemFile.text(at: "/proc/self/cgroup") ?? "", root: "/sys/fs/cgroup")
    }

    /// - Parameters:
    ///   - memberships: lines like `0::/system.slice/eco.service` (version 2) or `4:memory:/docker/1` (version 1).
    ///   - root: where the groups are mounted.
    static func available(memberships: String, root: String) -> Int? {
        let lefts = memberships.split(separator: "\n").flatMap { line -> [Int?] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[1].isEmpty {
                return groups(fields[2]).map { left(root + $0, "memory.max", "memory.current", "inactive_file") }
            }
            guard fields[1].split(separator: ",").contains("memory") else { return [] }
            return groups(fields[2]).map {
                left("\(root)/memory\($0)", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            }
        }
        return lefts.compactMap { $0 }.min()
    }

    /// The group's path and those above it, each with a leading and no trailing slash: `/a/b`, `/a`, and the empty path of the root, which
    /// is also how a container sees its own group.
    private static func groups(_ path: Substring) -> [String] {
        let parts = path.split(separator: "/").filter { $0 != ".." }
        return (0...parts.count).reversed().map { parts.prefix($0).map { "/\($0)" }.joined() }
    }

    /// The memory that one group leaves. Inactive file cache counts as free.
    private static func left(_ folder: String, _ limit: String, _ usage: String, _ cache: String) -> Int? {
        // `max`, or in version 1 a number beyond any memory, means no limit.
        guard let limit = SystemFile.number(at: "\(folder)/\(limit)"), limit < 1 << 60,
            let usage = SystemFile.number(at: "\(folder)/\(usage)")
        else { return nil }
        let lines = (SystemFile.text(at: "\(folder)/memory.stat") ?? "").split(separator: "\n")
        let cached = lines.first { $0.hasPrefix(cache + " ") }.flatMap { Int($0.dropFirst(cache.utf8.count + 1)) } ?? 0
        return max(0, limit - usage + cached)
    }
}
