// The kernel's account of what some processes and all that they start have used: cgroups(7).
internal import Glibc

/// A control group that holds some processes and what they start. It counts their processor time whoever waits for their ends: with
/// SIGCHLD ignored nobody does, and of a child of a child that has ended only init does.
///
/// Where they have a group to themselves already, it is that one. Otherwise it is made below theirs, so that all limits of theirs
/// still hold, and with the end of this object they go back and it is removed.
public final class ControlGroup: Sendable {
    /// The two kinds that count processor time: `cpuacct.usage` and `cpu.stat`.
    enum Version: CaseIterable { case one, two }

    private let version: Version
    private let path: String
    /// Where the processes were; nil if they are still there.
    private let home: String?

    /// Gathers the processes that the function finds, until it finds none elsewhere.
    ///
    /// - Returns: nil where there is no such group, and none can be made: it takes root, or a directory that was given to the user.
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

    /// Processor time of all that are in the group and all that ever were, those that run now to the last tick of the scheduler. Nil
    /// once the group is gone.
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

    /// Whether nothing but these processes is in the group, or below it.
    private static func isAlone(_ processes: [Proc], _ path: String) -> Bool {
        var status = stat()
        // A directory has two links, and one for each below it.
        guard unsafe stat(path, &status) == 0, status.st_nlink == 2 else { return false }
        return Set(members(path)) == Set(processes.map(\.pid))
    }

    /// What a process starts is where it is; what it has started before it moved has to be looked for again.
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
            // No descriptor announces the end of somebody else's child.
            Thread.sleep(for: .milliseconds(1))
        }
    }

    /// Removes the groups of processes that are gone, which somebody has left who was killed. One that is in use is not removed.
    private static func removeLeft(_ home: String) {
        for name in SystemFile.entries(of: home) where name.hasPrefix("eco-") {
            guard let pid = Int32(name.dropFirst(4)), Proc(pid).state == nil else { continue }
            _ = unsafe rmdir("\(home)/\(name)")
        }
    }

    private static let mostTries = 100

    /// Whether the process is there now, or gone.
    private static func move(_ pid: Int32, to path: String) -> Bool {
        let number = unsafe open("\(path)/cgroup.procs", O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return false }
        defer { _ = close(number) }
        let text = Array("\(pid)\n".utf8)
        return unsafe write(number, text, text.count) == text.count || errno == ESRCH
    }

    // MARK: - Finding

    /// The directory of the group that a process is in; nil if it is not to be seen from here.
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

    /// Where the hierarchy is mounted, and which group of it is there. The fields of /proc/self/mountinfo: proc(5).
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
