// What operators are told of a server's start and end.
internal import LinuxIO
internal import Logging

extension Service {
    /// Says where the server waits, in the lesson's words, and what holds, in the log. To be called when clients can come.
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

    /// Says what it came to, when the last client has gone.
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

    /// Tells the counters to whoever asked for them.
    func tellCounters(to process: Int32?) { report(counters.sum, process) }
}
