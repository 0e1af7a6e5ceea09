// The settings of a server.
public import EcoProtocol

/// Every setting of a server, with its default.
public struct ServerConfiguration: Sendable {
    /// Names or numeric addresses to listen on; `localhost` stands for 127.0.0.1 and, if the machine has it, ::1.
    public var hosts = ["localhost"]
    /// 0 chooses a free port.
    public var port: UInt16 = 9090
    /// A Unix socket to listen on as well, or alone if there are no hosts.
    public var unixPath: String?
    /// How many clients may wait to be accepted; nil is the system's limit.
    public var backlog: Int?

    /// Clients at the same time; nil is the number that the limit on descriptors allows.
    public var maxClients: Int?
    /// Clients per address at the same time; nil is no such limit.
    public var maxClientsPerAddress: Int?
    /// Answers that clients have not taken, over all clients, in bytes.
    public var maxPendingBytes = 64 << 20

    /// How long a client may be silent; nil is for ever.
    public var idleTimeout: Duration?
    /// How long a client may leave its answers untaken.
    public var writeTimeout = Duration.seconds(30)
    /// How long leaving may take.
    public var drainTimeout = Duration.seconds(10)
    /// TCP keepalive, which finds vanished peers; nil is off.
    public var keepalive: Keepalive? = .standard

    public var invalidBytes = InvalidBytes.keep
    /// Simulated work per text, besides its upper case.
    public var work = SimulatedWork.none
    /// Worker threads of the model `workers`.
    public var workers = 2

    public init() {}
}

/// Simulated work per text, for a course: it shows what blocks an event loop and what threads are for.
public enum SimulatedWork: Equatable, Sendable {
    case none
    /// The thread waits, as for a database.
    case sleep(Duration)
    /// The thread computes.
    case cpu(Duration)
}
