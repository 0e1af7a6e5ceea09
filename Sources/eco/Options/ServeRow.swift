// The table of the options of `eco serve`.
import EcoProtocol
import EcoServer
import LinuxIO
import Logging
import Support

enum ServeRow {
    /// The server's defaults, so that no number is written twice.
    private static let defaults = ServerConfiguration()
    private static let seconds = OptionValues.quantity(Seconds.self, Seconds.range)

    static let host = OptionRow(
        "host", "host", .text("a name or an address"), default: .described("localhost"),
        "A name or an address to listen on; may be repeated.",
        details: """
            One that a wildcard covers (`0.0.0.0` all of IPv4; `::` all of IPv6, and of IPv4 where `0.0.0.0` is not given too) is \
            served by the wildcard's socket.
            """, mayRepeat: true)
    static let port = OptionRow(
        "port", "port", .whole(0...65_535), default: .described("\(defaults.port)"),
        "The port to listen on; 0 takes a free one and prints it.")
    static let model = OptionRow(
        "model", "model", .words(ModelCatalog.all.flatMap { $0.names }), default: .value("reactor"),
        "How clients are served: \(ModelCatalog.all.map { $0.names[0] }.joined(separator: ", ")).",
        list: TextTable.lines(ModelCatalog.all.map { [$0.names[0], $0.summary] }))
    static let maxClients = OptionRow(
        "max-clients", "n", .whole(1...1_000_000_000),
        default: .described("as many as the limit on descriptors allows"),
        "Clients at the same time; more are refused with a message.", capability: .manyClients)
    static let quiet = OptionRow.flag("quiet", "Print nothing on standard output.")
    static let unix = OptionRow(
        "unix", "path", .text("a path of 1 to \(SocketAddress.longestPath) bytes"),
        "A Unix socket to listen on; the only one unless --host is given too.",
        details: "Without `--host` the server does not use `--port`, and warns about it.", isHidden: true)
    static let workers = OptionRow(
        "workers", "n", .whole(1...1024), default: .number(defaults.workers), "Threads that do the work of texts.",
        isHidden: true, capability: .workers)
    static let simulate = OptionRow(
        "simulate", "work", .quantity(SimulatedWork.self, SimulatedWork.seconds, like: "sleep:5ms or cpu:200us"),
        default: .value("none"), "Simulated work per text, besides its upper case.",
        details: "Units are s, ms, us and ns.", isHidden: true)
    static let maxClientsPerAddress = OptionRow(
        "max-clients-per-address", "n", .whole(1...Int.max), default: .described("no limit"),
        "Clients per source address at the same time.",
        details: "IPv6 addresses count by /64; Unix sockets are exempt.", isHidden: true,
        capability: .addressLimit)
    static let maxPending = OptionRow(
        "max-pending", "bytes", .whole(1...Int.max, kind: "a number of bytes"),
        default: .number(defaults.maxPendingBytes),
        "Memory for answers that clients have not taken, over all clients.", isHidden: true, capability: .pendingBound)
    static let backlog = OptionRow(
        "backlog", "n", .whole(1...Int(Int32.max)), default: .described("as many as the system allows"),
        "Clients that may wait to be accepted, per listening address.",
        details: "The system's limit is `net.core.somaxconn`.",
        isHidden: true)
    static let idleTimeout = OptionRow(
        "idle-timeout", "s", seconds, default: .described("no limit"), "Seconds that a client may be silent.",
        isHidden: true, capability: .idleTimeout)
    static let writeTimeout = OptionRow(
        "write-timeout", "s", seconds, default: .number(defaults.writeTimeout.components.seconds),
        "Seconds that a client may leave its answers untaken.", isHidden: true, capability: .writeTimeout,
        otherwise: "when a session ends")
    static let drainTimeout = OptionRow(
        "drain-timeout", "s", seconds, default: .number(defaults.drainTimeout.components.seconds),
        "Seconds that leaving may take.",
        isHidden: true)
    static let keepalive = OptionRow(
        "keepalive", "s|off", .quantity(KeepaliveOption.self, KeepaliveOption.seconds),
        default: .number(Keepalive.standard.idleSeconds),
        "Seconds of silence before a client is probed, or off; spread over the clients by up to 4/3 of the value.",
        details: "See below.", isHidden: true)
    static let invalidUTF8 = OptionRow(
        "invalid-utf8", "policy", .cases(of: InvalidBytes.self), default: .value(defaults.invalidBytes.rawValue),
        "What to do with text that is not UTF-8: send it back unchanged, or close the session.", isHidden: true)
    static let logLevel = OptionRow(
        "log-level", "level", .form(Logger.Level.allCases.map(\.rawValue).alternatives), default: .value("info"),
        "The lowest level of diagnostics on standard error.",
        details: "In upper or lower case. Above `info`, standard output is silent too.", isHidden: true)

    static let table = OptionTable(
        command: "serve",
        rows: [
            host, port, model, maxClients, quiet, unix, workers, simulate, maxClientsPerAddress, maxPending, backlog,
            idleTimeout, writeTimeout, drainTimeout, keepalive, invalidUTF8, logLevel,
        ], hasVariables: true)
}
