// The server that is checked or measured: its address, and its process if it was started here.
public import LinuxIO
public import Support

/// A server to connect to. One that was started here can be inspected, ended and started again. Single-threaded: the thread shares the
/// server's network, if the server has its own.
public final class ServerUnderTest {
    /// What is done with a server's standard output.
    public enum Output: Sendable { case collected, stalled, discarded }

    /// Each start has its own port or network, except `samePort`.
    public enum Place: Sendable { case fresh, samePort }

    /// The environment of a server.
    public struct Surroundings: Sendable {
        public var output = Output.collected
        /// The processors that it may run on; empty is all of them.
        public var processors: [Int] = []
        /// Whether it gets its own network even if its port is not fixed, if the machine allows it.
        public var prefersOwnNetwork = false
        /// It does not get variables whose names begin with this prefix; empty withholds none.
        public var withheldVariables = ""

        public init() {}
    }

    /// How long to wait for it.
    public struct Limits: Sendable {
        /// Until it listens, and until it has ended: five seconds, times the factor.
        public let start: Duration
        /// Until the first connection or the first answer comes, while the distance is unknown: half of `start`.
        public var first: Duration { start / 2 }
        /// Until its processes are stopped: half a second, times the factor.
        let standstill: Duration

        public init(factor: Double) {
            start = .seconds(5) * factor
            standstill = .milliseconds(500) * factor
        }
    }

    public internal(set) var address: SocketAddress
    /// The clock of all waits.
    public let clock = PresenceClock()
    let surroundings: Surroundings
    let target: ServerTarget
    let limits: Limits
    let running: RunningServer
    let onNotice: (Text) -> Void

    var process: ChildProcess?
    var tree: ProcessTree?
    var listener: PortUse.PortSocket?
    var stalledPipe: PipeEnds?
    var input: PipeEnds?
    /// Nil until it is known whether this machine allows networks.
    var hasOwnNetwork: Bool?

    /// Finds or starts the server. Blocks until it listens.
    public init(
        _ target: ServerTarget, limits: Limits, running: RunningServer, surroundings: Surroundings = Surroundings(),
        onNotice: @escaping (Text) -> Void
    ) throws(ServerUnavailable) {
        self.target = target
        self.surroundings = surroundings
        self.limits = limits
        self.running = running
        self.onNotice = onNotice
        address = .loopback(port: 0)
        switch target {
        case .addresses(let addresses):
            guard let first = addresses.first(where: { $0.isListening(within: limits.first) }) else {
                throw .unreachable(addresses[0])
            }
            address = first
        case .command: try start()
        }
    }

    deinit { stop() }

    // MARK: - Ending

    /// Kills the server with all its descendants; returns once none of them is left.
    public func stop() {
        if let tree, !clock.waiting(atMost: .seconds(5), { tree.kill() }) {
            let left = tree.processes.map { "\($0.pid)" }.joined(separator: ", ")
            onNotice(
                Text(
                    "the server cannot be ended from here: pid \(left)",
                    pt: "o servidor não pode ser terminado daqui: pid \(left)"))
        }
        _ = exit(within: .seconds(2))
        process = nil
        tree = nil
        stalledPipe = nil
        input = nil
        running.recordEnd()
    }
}
