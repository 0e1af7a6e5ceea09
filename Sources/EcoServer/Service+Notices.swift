// What every server logs.
internal import LinuxIO
internal import Logging
internal import Support
internal import SystemPackage

extension Service {
    /// Prints where the server waits, in the lesson's words, and logs the limits that the model keeps. To be called when clients can connect.
    func tellOfStart(at addresses: [SocketAddress]) {
        console.waits(at: addresses)
        MemoryReserve.lend {
            let places = addresses.map { if case .unix(let path) = $0 { path } else { "\($0)" } }.joined(
                separator: ", ")
            let clients =
                keeps.contains(.manyClients)
                ? "at most \(Count(limits.maxClients).of("client"))" : "one client at a time"
            let limit = keeps.contains(.addressLimit) ? configuration.maxClientsPerAddress : nil
            let perAddress = limit.map { ", \(Count($0)) per address" } ?? ""
            logger.notice("serving at \(places): \(clients)\(perAddress), \(Count(limits.backlog)) may wait")
        }
    }

    /// Logs a summary when the last client has gone.
    func tellOfEnd() { MemoryReserve.lend { logger.notice("\(summary)") } }

    /// Allocates, so it is made only if it is logged.
    private var summary: String {
        func count(_ figure: UInt64) -> Count { Count(Int(clamping: figure)) }
        let counters = counters.sum
        let refused = count(Refusal.allCases.reduce(0) { $0 + counters[$1] })
        let served = "served \(count(counters.accepted).of("client")) in \((Instant.now - began).told)"
        return
            "\(served), refused \(refused): \(count(counters.bytesIn).of("byte")) in, \(count(counters.bytesOut)) out"
    }

    /// Reports the counters to the process that asked for them.
    func tellCounters(to process: Int32?) { report(counters.sum, process) }

    // MARK: - What goes wrong

    /// Logs that a listener has died.
    func tellOfDeadListener(_ address: SocketAddress, _ errno: Errno) {
        logger.error("the listener at \(address) died (\(errno)): no client can connect there until a restart")
    }

    /// Logs that no client is accepted for a while, because the system gives no descriptor or no memory.
    func tellOfPause(_ errno: Errno, clients: Int) {
        MemoryReserve.lend { logger.warning("accepting pauses: \(errno)", metadata: ["clients": "\(clients)"]) }
    }

    /// Logs that the system gives no thread, or no memory, for a client.
    func tellOfShortage(_ error: SystemError) {
        MemoryReserve.lend {
            logger.warning(
                "no thread or no memory for a client (\(error)): clients are refused until there is, and counted")
        }
    }

    /// Logs why clients are refused below the limit on clients: the poller cannot watch descriptors this high.
    func tellOfDescriptorEnd(_ fd: Int32, _ poller: String, _ end: Int32, clients: Int) {
        MemoryReserve.lend {
            logger.warning(
                "clients are refused: \(poller) watches descriptors below \(end) only, and the next one is \(fd)",
                metadata: ["clients": "\(clients)"])
        }
    }
}
