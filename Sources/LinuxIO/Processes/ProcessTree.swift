// A program with all that it has started.
internal import Glibc

/// The processes that descend from one that was started here, or from some that are named: the one way of finding them.
///
/// Of one that was started here they are found by their session, and by a variable of their environment for those that began one
/// of their own. One that does both, and leaves its environment behind, is lost from sight. Of those that are named only the
/// children are known that the kernel lists: what a child that has ended had started is nobody's.
public struct ProcessTree: Sendable {
    /// The variable in the environment of the first process, inherited by the others.
    public static let variable = "ECO_PROCESS_TREE"

    private enum Root { case session(Int32, mark: String), processes([Proc]) }

    private let root: Root

    /// - Parameters:
    ///   - session: the process that leads the session.
    ///   - mark: the value of `variable` in its environment.
    public init(session: Int32, mark: String) { root = .session(session, mark: mark) }

    /// - Parameter pids: processes that somebody else has started.
    public init(of pids: [Int32]) { root = .processes(pids.map(Proc.init)) }

    /// Those that live now, and how many have ended and were not waited for. A zombie has no environment left to be known by: of
    /// the second kind only those of the session count.
    public var members: (living: [Proc], zombies: Int) {
        switch root {
        case .session(let session, let mark):
            let all = Proc.all.map { (process: $0, state: $0.state, isOfSession: $0.session == session) }
            let living = all.filter { process, state, isOfSession in
                Self.isAlive(state) && (isOfSession || process.hasEnvironment(Self.variable, mark))
            }
            return (living.map(\.process), all.count { $0.isOfSession && $0.state == "Z" })
        case .processes(let processes):
            var (living, zombies): ([Proc], Int) = ([], 0)
            var next = processes
            while let process = next.popLast() {
                guard let state = process.state, !living.contains(process) else { continue }
                guard Self.isAlive(state) else {
                    zombies += 1
                    continue
                }
                living.append(process)
                next += process.children
            }
            return (living, zombies)
        }
    }

    /// Those that live now.
    public var processes: [Proc] { members.living }

    private static func isAlive(_ state: Character?) -> Bool { state.map { $0 != "Z" && $0 != "X" } ?? false }

    /// Kills all of them, and those that they start meanwhile; returns once none is left, within some seconds.
    ///
    /// - Returns: whether none is left.
    @discardableResult
    public func kill() -> Bool {
        let deadline = Instant.now + .seconds(5)
        while true {
            let left = processes
            // Twice, since one may have been started during the first look.
            if left.isEmpty, processes.isEmpty { return true }
            if .now >= deadline { return false }
            for process in left { process.send(signal: SIGKILL) }
            // No descriptor announces the end of somebody else's child.
            Thread.sleep(for: .milliseconds(1))
        }
    }
}
