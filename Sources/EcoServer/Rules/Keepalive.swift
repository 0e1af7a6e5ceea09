// When silent peers are probed, so that vanished ones are found and living ones are never given up.
internal import LinuxIO
internal import Logging
internal import Synchronization

/// TCP keepalive, spread over the clients.
///
/// The kernel's timers of about a minute are accurate to two seconds only: they expire in bursts (a bucket of 2.048 s at HZ 250). If all
/// clients that connected together had the same idle time, their probes would leave together, and a probe that a queue drops counts as
/// silence. So each client has its own idle time, in a range that covers many buckets. The interval between probes is no multiple of a
/// bucket, so that repeated probes spread too, and there are enough of them that one burst ends no client.
public struct Keepalive: Equatable, Sendable {
    /// The shortest silence before a first probe, in seconds. Clients differ by up to `spreadSeconds`.
    public let idleSeconds: Int

    /// 45 to 105 s: beyond 107 s the kernel's buckets become 14 to 16 s wide.
    public static let standard = Self(idleSeconds: 45)
    /// The possible values: the kernel takes at most 32767 s, including the spread.
    public static let range = 1...10_000

    public init(idleSeconds: Int) { self.idleSeconds = idleSeconds }

    /// By how much the clients' idle times differ.
    public var spreadSeconds: Int { max(1, idleSeconds * 60 / 45) }

    /// Six probes, 13 s apart with the standard idle time: a vanished peer is given up after 125 to 185 s.
    private static let probes = 6
    private var intervalSeconds: Int { max(1, idleSeconds * 13 / 45) }

    /// What clients inherit from listeners, until each has its own idle time.
    var inherited: KeepaliveTimes {
        KeepaliveTimes(
            idleSeconds: Int32(idleSeconds + spreadSeconds), intervalSeconds: Int32(intervalSeconds),
            probes: Int32(Self.probes))
    }

    /// The idle time of the client with this number: the number's bits well mixed (the finalizer of SplitMix64), so that no pattern of
    /// leaving clients makes a burst again.
    func idleSeconds(ofClient number: UInt64) -> Int32 {
        var bits = number &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Int32(idleSeconds + Int(bits % UInt64(spreadSeconds + 1)))
    }

    // MARK: - How many

    /// This many clients per processor are probed without loss through a queue of `queuedPackets` (measured with 38,000).
    private static let clientsPerProcessor = 30_000
    private static let queuedPackets = 1_000

    /// The number of clients whose probes fit into the machine's queues. net.core.netdev_max_backlog is a queue's length.
    static func mostClients(queueLength: Int, processors: Int) -> Int {
        // The setting is an int.
        max(1, processors) * min(queueLength, Int(Int32.max)) * clientsPerProcessor / queuedPackets
    }

    /// The queue length for this many clients.
    static func queueLength(clients: Int, processors: Int) -> Int {
        let each = clientsPerProcessor * max(1, processors)
        return (clients * queuedPackets + each - 1) / each
    }
}

extension Service {
    /// Gives a client that was just accepted its own keepalive time, or none if no more probes fit into the kernel's queue. Costs one
    /// system call; any thread may call it.
    func keepAlive(_ socket: Int32, client number: UInt64, connected: Int) {
        guard let keepalive = configuration.keepalive else { return }
        if connected <= limits.maxKeptAlive {
            Socket.setKeepaliveIdle(socket, seconds: keepalive.idleSeconds(ofClient: number))
        } else {
            Socket.stopKeepalive(socket)
            tellOfKeepalive()
        }
    }

    /// Logs that once, from whichever thread is first.
    private func tellOfKeepalive() {
        guard !hasToldOfKeepalive.exchange(true, ordering: .relaxed) else { return }
        let length = Keepalive.queueLength(clients: limits.maxClients, processors: Processors.allowed.count)
        logger.notice(
            "clients beyond \(limits.maxKeptAlive) have no keepalive: the kernel's queue would drop their probes (sysctl -w net.core.netdev_max_backlog=\(length), then restart)"
        )
    }
}
