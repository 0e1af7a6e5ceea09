// What every model needs to serve.
public import LinuxIO
public import Logging
internal import Synchronization
internal import SystemPackage

/// The service that a model provides: its settings, and its connections to the process around it.
public final class Service: Sendable {
    public let configuration: ServerConfiguration
    /// The limits in force, with a number in place of every "as much as the system allows".
    public let limits: ServerLimits
    public let console: Console
    /// Diagnostics; its handler must not block.
    public let logger: Logger
    public let control: ServerControl
    /// Where SIGTERM, SIGINT, SIGHUP and SIGUSR1 arrive; nil if the process handles them itself.
    let signals: SignalSource?
    /// Receives the counters when they are asked for, and the pid of the process that asked, if it is known.
    let report: @Sendable (ServerCounters, Int32?) -> Void
    /// The counters of everything that serves.
    let counters = CounterPages()
    let began = Instant.now
    /// Whether it was logged that some clients have no keepalive.
    let hasToldOfKeepalive = Atomic(false)

    /// The signals that a process with a server has to block in every thread.
    public static let handledSignals: SignalSet = [.terminate, .interrupt, .hangUp, .report]

    /// The signal that asks a server for its counters.
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
    /// Logs that a listener has died.
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
    /// Clients that may wait to be accepted, per listener.
    public var backlog: Int
    /// Clients beyond these have no keepalive: the kernel's queue would drop their probes.
    public var maxKeptAlive: Int

    public init(maxClients: Int, maxRefusals: Int, backlog: Int = 4096, maxKeptAlive: Int = .max) {
        self.maxClients = maxClients
        self.maxRefusals = maxRefusals
        self.backlog = backlog
        self.maxKeptAlive = maxKeptAlive
    }

    /// Descriptors that are not for clients: standard streams, listeners, epoll, signals, and those that libraries open.
    static let otherDescriptors = 32

    /// The limits under a limit on descriptors; nil if that does not allow the clients that the configuration asks for.
    public init?(_ configuration: ServerConfiguration, descriptors: Int) {
        // Even with a billion descriptors there are no billion clients: slots are numbered by 31 bits.
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

    /// The descriptors that this many clients need, for the message that there are too few.
    public static func descriptorsNeeded(clients: Int) -> Int {
        let clients = min(clients, 1 << 30)
        let least = clients + otherDescriptors
        return (1...64).map { least + $0 }.first { $0 - otherDescriptors - lingeringRefusals($0) >= clients } ?? least
            + 64
    }

    /// How many of these descriptors are for refused clients that linger.
    private static func lingeringRefusals(_ descriptors: Int) -> Int { min(64, max(1, descriptors / 16)) }
}
