// What simulated kernels have in common: the clock, the world, and whose turn it is.

/// The clock of some processes that run one at a time, and the way from one to the other. A kernel that is made without one has
/// its own.
public final class SimulatedNetwork {
    /// In nanoseconds.
    public var now: Int64 = 1_000_000_000
    public weak var world: (any SimulatedWorld)?
    public var trace = Trace()
    /// What must not happen, and did; the first of it.
    public private(set) var failure: String?
    /// The lines that led to the failure.
    public private(set) var failureLines: [String] = []
    /// Decides which of several processes that could go on is the one that does; nil keeps to the one that runs.
    public var order: KernelRandom?
    /// Gives the turn to another process in the middle of one's work too, before so many of a thousand calls.
    public var preemptions = 0

    /// The processes that run at present; the first is the one that ends last.
    var kernels: [SimulatedKernel] = []
    /// Listeners that no process has: a script plays the server.
    private(set) var scripted: [ListeningSocket] = []
    var isWorldMoving = false

    public init() {}

    /// Notes what must not happen; the run ends at the next wait.
    public func fail(_ message: @autoclosure () -> String) {
        guard failure == nil else { return }
        failure = message()
        trace.note(now, "FAILURE")
        failureLines = trace.lines
    }

    func moveWorld() {
        isWorldMoving = true
        world?.act()
        isWorldMoving = false
    }

    func nothingWillHappen() {
        isWorldMoving = true
        world?.nothingWillHappen()
        isWorldMoving = false
    }

    // MARK: - Listeners

    /// Listens for a script, which takes clients out of the socket's backlog.
    public func listen(at address: PeerAddress, backlog: Int) -> ListeningSocket {
        let socket = ListeningSocket()
        socket.address = address
        socket.capacity = backlog + 1
        scripted.append(socket)
        return socket
    }

    /// Listens no longer. Whoever waits is reset.
    public func close(_ socket: ListeningSocket) {
        scripted.removeAll { $0 === socket }
        socket.isClosed = true
        for connection in socket.backlog { connection.resetClient() }
        socket.backlog = []
    }

    /// Who listens there.
    func listener(at address: PeerAddress) -> ListeningSocket? {
        scripted.first { $0.address == address }
            ?? kernels.lazy.flatMap(\.listeners).first { $0.address == address }
    }

    // MARK: - Time

    /// When something happens of its own accord, the world's deeds aside.
    var nextTimer: Int64 { kernels.lazy.map(\.nextTimer).min() ?? .max }

    func fireTimers() { for kernel in kernels { kernel.fireTimers() } }
}
