// Whether a server's processes have come and gone.
import Glibc
import LinuxIO

/// What is seen at a moment of a server's processes, to be compared with a later moment's.
///
/// The clocks of processes that live throughout tell all. Where one has come or gone its time may have reached nobody: a child's is
/// its parent's only if that one waits for it, and a grandchild's may be init's.
struct Offspring: Equatable {
    private let processes: Set<Proc>
    private let endedChildrenFaults: Int
    /// Whether something shows already that children end, or will, without anybody's having their time.
    private let isLost: Bool

    init(_ processes: [Proc], zombies: Int) {
        self.processes = Set(processes)
        endedChildrenFaults = processes.reduce(0) { $0 + $1.endedChildrenFaults }
        isLost = zombies > 0 || processes.contains { $0.ignores(SIGCHLD) }
    }

    /// Whether the same processes live at both moments, and none came and went between them.
    func isSame(as later: Self) -> Bool { self == later && !isLost }
}
