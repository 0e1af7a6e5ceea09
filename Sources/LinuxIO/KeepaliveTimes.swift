// TCP keepalive on sockets of clients.
internal import CLinux
internal import Glibc

/// When TCP probes a silent peer, and when it gives the peer up: tcp(7).
public struct KeepaliveTimes: Equatable, Sendable {
    /// Silence before the first probe, in seconds. TCP_KEEPIDLE.
    public var idleSeconds: Int32
    /// Between probes that get no answer, in seconds. TCP_KEEPINTVL.
    public var intervalSeconds: Int32
    /// Probes without an answer after which the peer is given up. TCP_KEEPCNT.
    public var probes: Int32

    public init(idleSeconds: Int32, intervalSeconds: Int32, probes: Int32) {
        self.idleSeconds = idleSeconds
        self.intervalSeconds = intervalSeconds
        self.probes = probes
    }
}

extension Socket {
    /// Sets how long this peer may be silent before it is probed, where keepalive is on. TCP_KEEPIDLE.
    ///
    /// Fails for a broken connection, which does not matter.
    public static func setKeepaliveIdle(_ fd: Int32, seconds: Int32) {
        set(fd, Int32(IPPROTO_TCP), TCP_KEEPIDLE, seconds)
    }

    /// Turns keepalive off for this peer. SO_KEEPALIVE.
    public static func stopKeepalive(_ fd: Int32) { set(fd, SOL_SOCKET, SO_KEEPALIVE, 0) }
}
