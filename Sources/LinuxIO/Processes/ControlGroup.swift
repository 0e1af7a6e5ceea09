// The kernel's account of what some processes and their descendants have used: cgroups(7).
internal import Glibc

/// A control group that holds some processes and their descendants. It counts their processor time no matter which process waits for them:
/// if SIGCHLD is ignored, none does, and for a grandchild whose parent has ended, only init does.
///
/// If they already have a group to themselves, it is that one. Otherwise it is created below theirs, so that all its limits still hold; at the end
/// of this object they go back and it is removed.
public final class ControlGroup: Sendable {
    /// The two versions, with the files that have the processor time: `cpuacct.usage` and `cpu.stat`.
    enum Version: CaseIterable { case one, two }

    private let version: Version
    private let path: String
    /// Where the processes were; nil if they are still there.
    private let home: String?

    /// Gathers the processes that the function finds, until it finds none elsewhere.
    ///
    /// - Returns: nil if there is no such group and none can be made: it takes root, or a directory that was delegated to the user.
    public convenience init?(gathering processes: () -> [Proc]) {
        self.init(gathering: processes, versions: Version.allCases)
    }

    init?(gathering processes: () -> [Proc], versions: [Version]) {
        let first = processes()
        guard let leader = first.first else { return nil }
        for version in versions {
            guard let home = Self.directory(of: leader, version) else { continue }
            let group = "\(home)/eco-\(leader.pid)"
            if Self.isAlone(first, home) {
                (self.version, path, self.home) = (version, home, nil)
                return
            }
            Self.removeLeft(home)
            guard first.allSatisfy({ Self.directory(of: $0, version) == home }),
                unsafe mkdir(group, 0o755) == 0 || errno == EEXIST
            else { continue }
            if Self.gather(processes, group) {
                (self.version, path, self.home) = (version, group, home)
                return
            }
            Self.remove(group, home)
        }
        return nil
    }

    deinit { if let home { Self.remove(path, home) } }

    /// Processor time of all processes that are or were in the group; for running ones, up to the last scheduler tick. Nil once the group
    /// is gone.
    public var processorTime: Duration? {
        switch version {
        case .one: return SystemFile.number(at: "\(path)/cpuacct.usage").map { .nanoseconds($0) }
        case .two:
            let lines = (SystemFile.text(at: "\(path)/cpu.stat") ?? "").split(separator: "\n")
            let usage = lines.first { $0.hasPrefix("usage_usec ") }
            return usage.flatMap { Int($0.dropFirst("usage_usec ".count)) }.map { .microseconds($0) }
        }
    }

    /// The processes in it.
    public var processes: [Proc] { Self.members(path).map(Proc.init) }

    // MARK: - Moving

    private static func members(_ path: String) -> [Int32] {
        let text = SystemFile.text(at: "\(path)/cgroup.procs", limit: 16 << 20) ?? ""
        return text.split(separator: "\n").compactMap { Int32($0) }
    }

    /// Whether only these processes are in the group or below it.
    private static func isAlone(_ processes: [Proc], _ path: String) -> Bool {
        var status = stat()
        // A directory has two links, and one for each below it.
        guard unsafe stat(path, &status) == 0, status.st_nlink == 2 else { return false }
        return Set(members(path)) == Set(processes.map(\.pid))
    }

    /// Children start in the group of their parent; those started before the parent moved have to be found by another scan.
    private static func gather(_ processes: () -> [Proc], _ path: String) -> Bool {
        for _ in 0..<mostTries {
            let inside = Set(members(path))
            let outside = processes().filter { !inside.contains($0.pid) }
            if outside.isEmpty { return true }
            guard outside.allSatisfy({ move($0.pid, to: path) }) else { return false }
        }
        return false
    }

    private static func remove(_ path: String, _ home: String) {
        for _ in 0..<mostTries {
            for pid in members(path) { _ = move(pid, to: home) }
            if unsafe rmdir(path) == 0 || errno != EBUSY { return }
            // No descriptor reports the end of another process's child.
            Thread.sleep(for: .milliseconds(1))
        }
    }

    /// Removes groups left behind by processes that were killed. A group in use cannot be removed.
    private static func removeLeft(_ home: String) {
        for name in SystemFile.entries(of: home) where name.hasPrefix("eco-") {
            guard let pid = Int32(name.dropFirst(4)), Proc(pid).state == nil else { continue }
            _ = unsafe rmdir("\(home)/\(name)")
        }
    }

    private static let mostTries = 100

    /// Whether the process is in the group now, or gone.
    private static func move(_ pid: Int32, to path: String) -> Bool {
        let fd = unsafe open("\(path)/cgroup.procs", O_WRONLY | O_CLOEXEC)
        guard fd >= 0 else { return false }
        defer { _ = close(fd) }
        let text = Array("\(pid)\n".utf8)
        return unsafe write(fd, text, text.count) == text.count || errno == ESRCH
    }

    // MARK: - Finding

    /// The directory of a process's group; nil if it is not visible from here.
    private static func directory(of process: Proc, _ version: Version) -> String? {
        let lines = (SystemFile.text(at: "/proc/\(process.pid)/cgroup") ?? "").split(separator: "\n")
        let groups = lines.map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }
        let group = groups.first { fields in
            guard fields.count == 3 else { return false }
            return version == .two ? fields[0] == "0" : fields[1].split(separator: ",").contains("cpuacct")
        }
        guard let group, let mount = mount(version), group[2].hasPrefix(mount.root), !group[2].hasPrefix("/..") else {
            return nil
        }
        let path = "\(mount.point)/\(group[2].dropFirst(mount.root.count))".split(separator: "/").joined(separator: "/")
        return SystemFile.text(at: "/\(path)/cgroup.procs").map { _ in "/\(path)" }
    }

    /// Where the hierarchy is mounted, and which of its groups is mounted there. The fields of /proc/self/mountinfo: proc(5).
    private static func mount(_ version: Version) -> (root: Substring, point: Substring)? {
        let lines = (SystemFile.text(at: "/proc/self/mountinfo", limit: 1 << 20) ?? "").split(separator: "\n")
        for line in lines {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let isMeant =
                switch version {
                case .one: fields[dash + 1] == "cgroup" && fields[dash + 3].split(separator: ",").contains("cpuacct")
                case .two: fields[dash + 1] == "cgroup2"
                }
            if isMeant { return (fields[3], fields[4]) }
        }
        return nil
    }
}
