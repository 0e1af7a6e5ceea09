// A program with all its descendants.
internal import Glibc

/// The descendants of a process that was started here, or of given processes. All code finds them this way.
///
/// Descendants of a process that was started here are found by their session, or, if they have started their own session, by a variable in their
/// environment. A process that starts its own session and clears its environment is lost. For given processes, only the children that the kernel
/// lists are known: the children of an ended child are lost.
public struct ProcessTree: Sendable {
    /// The variable in the environment of the first process, inherited by the others.
    public static let variable = "ECO_PROCESS_TREE"

    private enum Root { case session(Int32, mark: String), processes([Proc]) }

    private let root: Root

    /// - Parameters:
    ///   - session: the process that leads the session.
    ///   - mark: the value of `variable` in its environment.
    public init(session: Int32, mark: String) { root = .session(session, mark: mark) }

    /// - Parameter pids: processes that were started elsewhere.
    public init(of pids: [Int32]) { root = .processes(pids.map(Proc.init)) }

    /// The living processes, and the number of zombies. A zombie has no environment to recognise it by, so only zombies of the session
    /// count.
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

    /// The living processes.
    public var processes: [Proc] { members.living }

    private static func isAlive(_ state: Character?) -> Bool { state.map { $0 != "Z" && $0 != "X" } ?? false }

    /// Kills all of them, and those that they start meanwhile; returns once none is left, within a few seconds.
    ///
    /// - Returns: whether none is left.
    @discardableResult
    public func kill() -> Bool {
        let deadline = Instant.now + .seconds(5)
        while true {
            let left = processes
            // Twice, since one may have been started during the first scan.
            if left.isEmpty, processes.isEmpty { return true }
            if .now >= deadline { return false }
            for process in left { process.send(signal: SIGKILL) }
            // No descriptor reports the end of another process's child.
            Thread.sleep(for: .milliseconds(1))
        }
    }
}
