// Keepalive of living peers, as Linux sends it: in bursts, through a queue that drops what is too much for it.
import Glibc

/// The next probe of a connection.
struct KeepaliveProbe {
    let connection: SimulatedConnection
    /// When its timer expires: with its whole bucket.
    var moment: Int64
    /// Probes without an answer so far.
    var unanswered = 0
}

extension SimulatedKernel {
    /// Timers of 16 to 131 s expire in buckets of this width: HZ is 250, and a bucket 512 jiffies.
    private static var bucket: Int64 { 2_048_000_000 }

    /// The end of the bucket in which a timer of so many seconds expires.
    private func expiry(inSeconds seconds: Int32) -> Int64 {
        let due = now + Int64(seconds) * 1_000_000_000
        return (due + Self.bucket - 1) / Self.bucket * Self.bucket
    }

    /// (Re)arms a connection's probe, where keepalive is on and these are played.
    func scheduleProbe(of connection: SimulatedConnection) {
        guard probeQueue != nil else { return }
        probes.removeAll { $0.connection === connection }
        guard connection.option(SOL_SOCKET, SO_KEEPALIVE) != 0 else { return }
        let idle = connection.option(Int32(IPPROTO_TCP), TCP_KEEPIDLE)
        probes.append(KeepaliveProbe(connection: connection, moment: expiry(inSeconds: idle)))
    }

    var nextProbe: Int64 { probes.map(\.moment).min() ?? .max }

    /// Sends what is due. What the queue does not carry is lost, which looks like silence of the peer.
    func sendProbes() {
        guard let queue = probeQueue else { return }
        probes.removeAll { $0.connection.isServerClosed || $0.connection.isDead || $0.connection.isVanished }
        var sent = 0
        for index in probes.indices where probes[index].moment <= now {
            let connection = probes[index].connection
            // The count is looked at before the next probe would be sent: tcp_keepalive_timer().
            if probes[index].unanswered >= connection.option(Int32(IPPROTO_TCP), TCP_KEEPCNT) {
                connection.resetServer(ETIMEDOUT)
                continue
            }
            sent += 1
            let isAnswered = sent <= queue
            probes[index].unanswered = isAnswered ? 0 : probes[index].unanswered + 1
            let name = isAnswered ? TCP_KEEPIDLE : TCP_KEEPINTVL
            probes[index].moment = expiry(inSeconds: connection.option(Int32(IPPROTO_TCP), name))
        }
    }
}

extension SimulatedConnection {
    /// The value of an option that is a number; 0 if nobody set it.
    func option(_ level: Int32, _ name: Int32) -> Int32 {
        inheritedOptions[SimulatedOption(level: level, name: name)] ?? 0
    }
}
