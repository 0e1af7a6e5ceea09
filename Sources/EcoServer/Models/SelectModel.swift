// The model `select`: the reactor, waiting with select(2).
public import LinuxIO
internal import Reactor

/// The reactor's event loop, with the wait of 1983.
///
///     clients ──► kernel queues ──► select(two sets of bits) ──► [ look through the bits: recv, upper case, send ] ──┐
///                                       ▲                                                                            │
///                                       └──────────────────────────── next turn ◄────────────────────────────────────┘
///
/// Costs: as `poll`, with a bit per descriptor instead of an entry: the time of a turn is proportional to the highest descriptor. What it
/// cannot do: watch a descriptor of 1024 or more (FD_SETSIZE), even if only a few are open. A client that gets such a descriptor is
/// refused, with a polite line.
///
/// How it works is in `Production/ReactorServer.swift`; the wait is in the module `Reactor`, `SelectPoller`.
public enum SelectModel: ConcurrencyModel {
    public static let names = ["select"]
    public static let keeps = Set<Capability>.ofEventLoop
    public static let variantOf: String? = "reactor"
    public static let summary = "the reactor, waiting with select(2), below descriptor 1024"
    public static let descriptorEnd = Int(SelectPoller.descriptorEnd)

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        var server = try ReactorServer<SelectPoller>(service, listeners)
        return try server.run()
    }
}
