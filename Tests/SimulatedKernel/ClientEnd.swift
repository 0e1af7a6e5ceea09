// A connection's end that a process has asked for: connect(2).
import Glibc

/// A socket that connects, or is connected. Its descriptor is of the process that asked.
public final class ClientEnd {
    /// Counted in the order of asking, from 1.
    public let number: Int
    public let target: PeerAddress
    public let own: PeerAddress
    /// The connection, once the server's kernel has taken it.
    public internal(set) var connection: SimulatedConnection?
    /// Whether it has turned out that there is none.
    public internal(set) var isRefused = false
    /// When the server is asked next, and how often it was.
    var moment: Int64
    var knocks = 0
    /// What becomes of it whatever the server does.
    var fate: Int32?
    /// What the next call has to report (`sk_err`), while there is no connection.
    private var error: Int32 = 0

    init(number: Int, target: PeerAddress, own: PeerAddress, moment: Int64) {
        self.number = number
        self.target = target
        self.own = own
        self.moment = moment
    }

    /// Whether it goes to where it comes from.
    public var isToItself: Bool { own == target }
    /// Whether it is known how it has turned out.
    public var isDecided: Bool { connection != nil || isRefused || (isToItself && moment == .max) }

    func refuse(_ errno: Int32) {
        isRefused = true
        moment = .max
        error = errno
    }

    var pendingError: Int32 { connection?.clientError ?? error }

    func takeError() -> Int32 {
        defer {
            connection?.clientError = 0
            error = 0
        }
        return pendingError
    }

    /// tcp_poll() of the kernel: all that holds, asked for or not.
    var readiness: UInt32 {
        if isRefused {
            let closed = EpollBits.hangUp | EpollBits.readable | EpollBits.writable | EpollBits.peerHangUp
            return closed | (error != 0 ? EpollBits.error : 0)
        }
        guard let connection else { return isDecided ? EpollBits.writable : 0 }
        var events: UInt32 = 0
        let isReset = connection.isClientReset
        if isReset || (connection.serverEnded && connection.clientEnded) { events |= EpollBits.hangUp }
        if isReset || connection.serverEnded { events |= EpollBits.readable | EpollBits.peerHangUp }
        if connection.unreadByClient > 0 { events |= EpollBits.readable }
        let hasRoom = connection.toServer.room * 3 >= connection.toServer.capacity
        if isReset || connection.clientEnded || hasRoom { events |= EpollBits.writable }
        if connection.clientError != 0 { events |= EpollBits.error }
        return events
    }
}
