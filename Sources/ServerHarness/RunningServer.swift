// The processes of the running server, so that another thread can end them.
import LinuxIO

/// The processes that were started and have not ended yet.
public final class RunningServer: Sendable {
    private let tree = Monitor<ProcessTree?>(nil)

    public init() {}

    /// Starts a server, unless everything is being ended; then it never returns.
    func start(_ spawn: () throws(SystemError) -> ProcessTree) throws(SystemError) {
        let failure = tree.withLock { tree -> SystemError? in
            do throws(SystemError) { tree = try spawn() } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    /// Never returns once everything is being ended, since the server is not at fault for what happens from then on.
    public func goOn() { tree.withLock { _ in } }

    func recordEnd() { tree.withLock { $0 = nil } }

    /// Kills all processes that were started, then calls the function, which ends this process: nothing can be
    /// started meanwhile. Any thread may call this.
    public func endForGood(_ exit: () -> Never) -> Never {
        tree.withLock { tree in
            tree?.kill()
            exit()
        }
    }
}
