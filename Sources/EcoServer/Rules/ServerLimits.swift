// How many clients a server may have.
internal import LinuxIO

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
