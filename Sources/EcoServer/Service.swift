// What every model is given to serve with.
public import LinuxIO
public import Logging
internal import Synchronization
internal import SystemPackage

/// A service that a model is to offer: its settings, and its ties to the world around it.
public final class Service: Sendable {
    public let configuration: ServerConfiguration
    /// The limits in force, every "as much as the system allows" replaced by a number.
    public let limits: ServerLimits
    public let console: Console
    /// Diagnostics; its handler must not block.
    public let logger: Logger
    public let control: ServerControl
    /// Where SIGTERM, SIGINT, SIGHUP and SIGUSR1 arrive; nil when the process keeps them to itself.
    let signals: SignalSource?
    /// Receives the counters when they are asked for, and the number of the process that did, if it is known.
    let report: @Sendable (ServerCounters, Int32?) -> Void
    /// What all who serve have counted.
    let counters = CounterPages()
    let began = Instant.now
    /// Whether it was said that some clients have no keepalive.
    let hasToldOfKeepalive = Atomic(false)

    /// The signals that a served process has to block in every thread.
    public static let handledSignals: SignalSet = [.terminate, .interrupt, .hangUp, .report]

    /// By which a server is asked for its counters.
    public static let reportSignal: SignalSet = [.report]

    public init(
        _ configuration: ServerConfiguration, limits: ServerLimits, console: Console, logger: Logger,
        control: ServerControl, signals: SignalSource?,
        report: @escaping @Sendable (ServerCounters, Int32?) -> Void
    ) {
        self.configuration = configuration
        self.limits = limits
        self.console = console
        self.logger = logger
        self.control = control
        self.signals = signals
        self.report = report
    }
}

extension Service {
    /// Says that a listener listens no more.
    func tellOfDeadListener(_ address: SocketAddress, _ errno: Errno) {
        logger.error("the listener at \(address) died (\(errno)): nobody can come this way until a restart")
    }
}

/// A signal descriptor that several owners share.
public final class SignalSource: Sendable {
    let descriptor: SignalDescriptor

    /// Block the set in all threads first.
    public init(_ signals: SignalSet) throws(SystemError) { descriptor = try SignalDescriptor(signals) }
}

/// The limits in force.
public struct ServerLimits: Sendable, Equatable {
    /// Clients at the same time.
    public var maxClients: Int
    /// Refused clients that may linger at the same time; more are closed at once.
    public var maxRefusals: Int
    /// Clients that may wait to be accepted, at each listener.
    public var backlog: Int
    /// Clients beyond these have no keepalive: the kernel's queue would drop their probes.
    public var maxKeptAlive: Int

    public init(maxClients: Int, maxRefusals: Int, backlog: Int = 4096, maxKeptAlive: Int = .max) {
        self.maxClients = maxClients
        self.maxRefusals = maxRefusals
        self.backlog = backlog
        self.maxKeptAlive = maxKeptAlive
    }

    /// Descriptors that are not clients': standard streams, listeners, epoll, signals, and what libraries open.
    static let otherDescriptors = 32

    /// The limits under a limit on descriptors; nil if it does not carry the clients that the configuration asks for.
    public init?(_ configuration: ServerConfiguration, descriptors: Int) {
        // A billion descriptors are no reason to plan for a billion clients: slots are numbered by 31 bits.
        let available = min(descriptors, 1 << 30)
        let refusals = Self.lingeringRefusals(available)
        let most = available - Self.otherDescriptors - refusals
        guard most >= 1, configuration.maxClients ?? 1 <= most else { return nil }
        let longest = SystemFile.number(at: "/proc/sys/net/core/somaxconn") ?? 4096
        self.init(
            maxClients: configuration.maxClients ?? most, maxRefusals: refusals,
            backlog: min(longest, configuration.backlog ?? longest),
            maxKeptAlive: Keepalive.mostClients(
                queueLength: Machine.packetQueueLength(), processors: Processors.allowed.count))
    }

    /// The descriptors that so many clients take, for the message that there are too few.
    public static func descriptorsNeeded(clients: Int) -> Int {
        let clients = min(clients, 1 << 30)
        let least = clients + otherDescriptors
        return (1...64).map { least + $0 }.first { $0 - otherDescriptors - lingeringRefusals($0) >= clients } ?? least
            + 64
    }

    /// How many of so many descriptors are for refused clients that linger.
    private static func lingeringRefusals(_ descriptors: Int) -> Int { min(64, max(1, descriptors / 16)) }
}
