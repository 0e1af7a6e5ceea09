// The model `workers`: an event loop that reads and writes, and threads that do the work.
public import LinuxIO
internal import Reactor

/// The reactor, with the work of texts done by a pool of threads.
///
///     clients ──► epoll_wait ──► recv ──► queue ──► worker threads: upper case, simulated work
///                      ▲                                  │
///                  send ◄──────── eventfd ◄──── queue ◄───┘
///
/// Costs: 1 thread and N workers; 1 descriptor and 32 bytes per client, and a buffer only while its texts are with a worker; 2 system
/// calls per message, and per turn of the loop one wake-up of a worker and one of the loop, for any number of messages. A client has at
/// most one batch of texts in flight and is not read meanwhile, so that answers stay in order and memory stays bounded. Its purpose: work
/// that blocks or computes, which then holds up no other client.
///
/// How it works is in `Production/ReactorServer+Workers.swift` and `Production/WorkerPool.swift`.
public enum WorkersModel: ConcurrencyModel {
    public static let names = ["workers"]
    public static let keeps = Set<Capability>.ofEventLoop.union([.workers, .independentWork])
    public static let summary = "the reactor, with N threads for the work of texts"

    public static func serve(_ service: Service, at listeners: Listeners) throws(SystemError) -> ServerOutcome {
        let configuration = service.configuration
        let pool = try WorkerPool(
            threads: configuration.workers, work: configuration.work, invalidBytes: configuration.invalidBytes)
        var outcome = ServerOutcome.quit(nil)
        // A server that has to leave at once does not wait for work that takes long.
        defer { pool.close(waits: outcome == .drained) }
        var server = try ReactorServer<EpollPoller>(service, listeners, pool: pool)
        outcome = try server.run()
        return outcome
    }
}
