// The model `reactor`: one thread, one event loop, all clients.
public import LinuxIO
internal import Reactor

/// An event loop that serves every client on one thread.
///
///     clients ──► kernel queues ──► epoll_wait ──► [ for each ready client: one recv, upper case, one send ] ──┐
///                                       ▲                                                                      │
///                                       └──────────────────────── next turn ◄──────────────────────────────────┘
///
/// Costs: 1 thread (2 more write standard output and standard error); 1 descriptor and 32 bytes per client, and no buffer while it is
/// idle; 2 system calls per message and a share of one `epoll_wait` (next to nothing if many clients are ready at once). What it cannot
/// do: work that blocks or computes for long holds up all clients; see `--simulate` and the model `workers`.
///
/// How it works is in `Production/ReactorServer.swift`, the loop itself in the module `Reactor`.
public enum ReactorModel: ConcurrencyModel {
    public static let names = ["reactor", "epoll"]
    public static let keeps = Set<Capability>.ofEventLoop
    public static let summary = "one thread, one event loop (epoll)"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        var server = try ReactorServer<EpollPoller>(service, listeners)
        return try server.run()
    }
}
