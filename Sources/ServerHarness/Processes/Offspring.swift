// Whether a server's processes have started or ended.
import Glibc
import LinuxIO

/// A server's processes at a moment, to be compared with a later moment.
///
/// The clocks of processes that live throughout are complete. If a process has started or ended, its time may be lost: a parent gets a child's time
/// only if it waits for the child, and a grandchild's time may go to init.
struct Offspring: Equatable {
    private let processes: Set<Proc>
    private let endedChildrenFaults: Int
    /// Whether it already shows that the time of ended children is lost, or will be.
    private let isLost: Bool

    init(_ processes: [Proc], zombies: Int) {
        self.processes = Set(processes)
        endedChildrenFaults = processes.reduce(0) { $0 + $1.endedChildrenFaults }
        isLost = zombies > 0 || processes.contains { $0.ignores(SIGCHLD) }
    }

    /// Whether the same processes live at both moments, and none started and ended between them.
    func isSame(as later: Self) -> Bool { self == later && !isLost }
}
