// The model `poll`: the reactor, waiting with poll(2).
public import LinuxIO
internal import Reactor

/// The reactor's event loop, with the wait of 1986.
///
///     clients ──► kernel queues ──► poll(all of them) ──► [ look through all: for each ready client recv, upper case, send ] ──┐
///                                       ▲                                                                                      │
///                                       └──────────────────────────────── next turn ◄──────────────────────────────────────────┘
///
/// Costs: as the reactor, but each wait passes the kernel an entry of 8 bytes per client, ready or not: the time of a turn is
/// proportional to the number of connected clients. A change of interest costs no system call. It shows why epoll was made: with a few
/// clients poll is as fast; with thousands that are mostly idle it is not.
///
/// How it works is in `Production/ReactorServer.swift`; the wait is in the module `Reactor`, `PollPoller`.
public enum PollModel: ConcurrencyModel {
    public static let names = ["poll"]
    public static let keeps = Set<Capability>.ofEventLoop
    public static let variantOf: String? = "reactor"
    public static let summary = "the reactor, waiting with poll(2)"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        var server = try ReactorServer<PollPoller>(service, listeners)
        return try server.run()
    }
}
