// A program with all that it has started.
internal import Glibc

/// The processes that descend from one that was started here.
///
/// They are found by their session, and by a variable of their environment for those that began one of their own. One that does
/// both, and leaves its environment behind, is lost from sight.
public struct ProcessTree: Sendable {
    /// The variable in the environment of the first process, inherited by the others.
    public static let variable = "ECO_PROCESS_TREE"

    private let session: Int32
    private let mark: String

    /// - Parameters:
    ///   - session: the process that leads the session.
    ///   - mark: the value of `variable` in its environment.
    public init(session: Int32, mark: String) {
        self.session = session
        self.mark = mark
    }

    /// Those that live now; zombies do not count.
    public var processes: [Proc] {
        Proc.all.filter { $0.session == session || $0.hasEnvironment(Self.variable, mark) }.filter {
            $0.state.map { $0 != "Z" && $0 != "X" } ?? false
        }
    }

    /// How many of the session have ended and were not waited for. A zombie has no environment left to be known by.
    public var zombies: Int { Proc.all.count { $0.session == session && $0.state == "Z" } }

    /// Kills all of them, and those that they start meanwhile; returns once none is left, within some seconds.
    ///
    /// - Returns: whether none is left.
    @discardableResult
    public func kill() -> Bool {
        let deadline = Instant.now + .seconds(5)
        while true {
            let left = processes
            // Twice, since one may have been born behind the look's back.
            if left.isEmpty, processes.isEmpty { return true }
            if .now >= deadline { return false }
            for process in left { process.send(signal: SIGKILL) }
            // No descriptor announces the end of somebody else's child.
            Thread.sleep(for: .milliseconds(1))
        }
    }
}
