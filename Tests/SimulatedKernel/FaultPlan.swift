// Faults that come at random, as often as a seed says.
import Glibc

/// How often calls fail in ways that the manual pages name; in faults per thousand calls that could have them.
public struct FaultPlan: Sendable {
    public var random: KernelRandom
    /// EINTR of recv, send, accept4, and of waits.
    public var interruptions = 0
    /// EAGAIN although something is ready.
    public var falseAlarms = 0
    /// Reads and writes of fewer bytes than possible.
    public var shortTransfers = 0
    /// ENOBUFS and ENOMEM of recv and send.
    public var memory = 0
    /// EMFILE, ENFILE, ENOBUFS and ENOMEM of accept4: the client stays in the backlog.
    public var acceptShortages = 0
    /// ECONNABORTED, EPROTO and EPERM of accept4: the client is gone.
    public var acceptAborts = 0
    /// EMFILE, ENFILE, ENOBUFS and ENOMEM of socket, and what connect says at once.
    public var connects = 0
    /// What becomes of a connection that is under way: refusals, timeouts, no way.
    public var handshakes = 0
    /// Connections that nobody listens for and that are given their own target's port: they meet themselves.
    public var meetings = 0
    /// ENOMEM and ENOSPC of epoll_ctl, for connections.
    public var watches = 0

    public init(seed: UInt64) { random = KernelRandom(seed: seed) }

    /// The errno of a call that could succeed, or nil.
    mutating func errno(of call: KernelCall) -> Int32? {
        switch call {
        case .recv, .send:
            if random.happens(perMille: interruptions) { return EINTR }
            if random.happens(perMille: falseAlarms) { return EAGAIN }
            if random.happens(perMille: memory) { return random.pick([ENOBUFS, ENOMEM]) }
        case .socket:
            if random.happens(perMille: connects) { return random.pick([EMFILE, ENFILE, ENOBUFS, ENOMEM]) }
        case .connect:
            if random.happens(perMille: interruptions) { return EINTR }
            if random.happens(perMille: connects) {
                return random.pick([ECONNREFUSED, EADDRNOTAVAIL, ENETUNREACH, EHOSTUNREACH, EADDRINUSE, ENOBUFS])
            }
        case .accept4:
            if random.happens(perMille: interruptions) { return EINTR }
            if random.happens(perMille: acceptShortages) { return random.pick([EMFILE, ENFILE, ENOBUFS, ENOMEM]) }
            if random.happens(perMille: acceptAborts) { return random.pick([ECONNABORTED, EPROTO, EPERM]) }
        case .epollAdd, .epollModify:
            if random.happens(perMille: watches) { return call == .epollAdd ? random.pick([ENOMEM, ENOSPC]) : ENOMEM }
        case .epollWait, .poll, .select: if random.happens(perMille: interruptions) { return EINTR }
        default: break
        }
        return nil
    }

    /// What a connection fails of that is under way, or nil.
    mutating func handshake() -> Int32? {
        guard random.happens(perMille: handshakes) else { return nil }
        return random.pick([ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ECONNRESET])
    }

    mutating func meetsItself() -> Bool { random.happens(perMille: meetings) }

    /// How many bytes a transfer may have.
    mutating func length(_ most: Int) -> Int {
        guard most > 1, random.happens(perMille: shortTransfers) else { return most }
        return random.pick(1...most - 1)
    }
}
