// The log lines about a server's start and end.
internal import LinuxIO
internal import Logging

extension Service {
    /// Prints where the server waits, in the lesson's words, and logs its limits. To be called when clients can connect.
    func tellOfStart(at addresses: [SocketAddress]) {
        console.waits(at: addresses)
        MemoryReserve.lend {
            let places = addresses.map { if case .unix(let path) = $0 { path } else { "\($0)" } }.joined(
                separator: ", ")
            let perAddress = configuration.maxClientsPerAddress.map { ", \($0) per address" } ?? ""
            logger.notice(
                "serving at \(places): at most \(limits.maxClients) clients\(perAddress), \(limits.backlog) may wait")
        }
    }

    /// Logs a summary when the last client has gone.
    func tellOfEnd() {
        MemoryReserve.lend {
            let counters = counters.sum
            let refused = Refusal.allCases.reduce(0) { $0 + counters[$1] }
            let who = counters.accepted == 1 ? "1 client" : "\(counters.accepted) clients"
            logger.notice(
                "served \(who) in \((Instant.now - began).told), refused \(refused): \(counters.bytesIn) bytes in, \(counters.bytesOut) out"
            )
        }
    }

    /// Reports the counters to the process that asked for them.
    func tellCounters(to process: Int32?) { report(counters.sum, process) }
}
