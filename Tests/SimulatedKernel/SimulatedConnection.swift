// A TCP connection with both its ends: the server's, which is a descriptor, and the client's, which the world moves.
import Glibc

/// A connection as Linux keeps it, seen from the server's end by system calls and from the client's by these methods.
public final class SimulatedConnection {
    /// Counted in the order of connecting, from 1.
    public let number: Int
    public let peer: PeerAddress
    unowned let kernel: SimulatedKernel

    var toServer: ByteQueue
    var toClient: ByteQueue
    /// The server's descriptor; -1 in the backlog and after the server's close.
    public internal(set) var fd: Int32 = -1
    /// The how-many-th the server accepted, from 1; 0 before that.
    public internal(set) var acceptance = 0
    public internal(set) var isServerClosed = false
    /// The server has ended its sending side.
    public internal(set) var serverEnded = false
    /// The client has ended its sending side.
    public private(set) var clientEnded = false
    /// The client's end is closed: what the server sends comes back as a reset.
    public private(set) var isClientClosed = false
    /// A reset has come to the server: the connection is in the state CLOSE.
    public private(set) var isDead = false
    /// A reset has come to the client, and has destroyed what it had not read.
    public private(set) var isClientReset = false
    /// The client's machine is gone without a word.
    public private(set) var isVanished = false
    /// Socket options that were in force on the listener when it was accepted.
    public internal(set) var inheritedOptions: [SimulatedOption: Int32] = [:]

    /// The server has said that more is to come (MSG_MORE): its last bytes wait, for 200 ms at most, for what follows.
    var isHeldBack = false
    /// What the next call on the server's side has to report (`sk_err`), and the next on the client's.
    var error: Int32 = 0
    var clientError: Int32 = 0
    /// All bytes that the client has ever sent into the server's queue, and all that the server took from there.
    public private(set) var totalSent = 0
    public internal(set) var totalReadByServer = 0
    /// All bytes that the server's kernel took from the server.
    public internal(set) var totalFromServer = 0

    init(number: Int, peer: PeerAddress, kernel: SimulatedKernel, toServer: Int, toClient: Int) {
        self.number = number
        self.peer = peer
        self.kernel = kernel
        self.toServer = ByteQueue(capacity: toServer)
        self.toClient = ByteQueue(capacity: toClient)
    }

    /// Bytes that the client's kernel has not acknowledged: what it has no room for. What is acknowledged the client may still
    /// have to read.
    public var undelivered: Int { isVanished ? toClient.count : max(0, toClient.count - kernel.clientWindow) }
    /// What the server is told of that; its end counts as a byte. Of a connection that is dead Linux goes on saying what it was.
    var unacknowledged: Int {
        isDead ? unacknowledgedAtDeath : undelivered + (serverEnded && (isVanished || undelivered > 0) ? 1 : 0)
    }
    private var unacknowledgedAtDeath = 0

    public var isAccepted: Bool { acceptance > 0 }
    /// When the client knocked.
    public internal(set) var connectedAt: Int64 = 0
    /// When the client last read something.
    public private(set) var lastClientRead: Int64 = 0
    /// All bytes that the client's kernel has ever acknowledged.
    public var totalDelivered: Int { totalFromServer - undelivered }
    /// Bytes that wait in the server's queue.
    public var unreadByServer: Int { toServer.count }
    /// Bytes that wait for the client.
    public var unreadByClient: Int { toClient.count }
    /// Whether the server could send at least one byte.
    public var hasRoom: Bool { toClient.room > 0 }

    // MARK: - What the server's poller sees

    /// tcp_poll() of the kernel: all that holds, asked for or not.
    var readiness: UInt32 {
        var events: UInt32 = 0
        if isDead || (serverEnded && clientEnded) { events |= EpollBits.hangUp }
        if clientEnded || isDead { events |= EpollBits.readable | EpollBits.peerHangUp }
        if !toServer.isEmpty { events |= EpollBits.readable }
        // Room is reported once a third of the queue is free, and always when nothing more can be sent.
        if serverEnded || isDead || toClient.room * 3 >= toClient.capacity { events |= EpollBits.writable }
        if error != 0 { events |= EpollBits.error }
        return events
    }

    // MARK: - What the client does

    /// What a client's read comes to.
    public enum ClientRead {
        case bytes(ArraySlice<UInt8>)
        case nothing
        case end
        case reset
    }

    /// Sends as much as there is room for and says how much; nil if that brought a reset.
    public func clientSend(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard !isClientReset else { return nil }
        precondition(!clientEnded && !isClientClosed, "the client has ended its side")
        if isVanished { return 0 }
        if isServerClosed || isDead {
            resetClient()
            return nil
        }
        let count = toServer.append(bytes)
        totalSent += count
        if count > 0 { kernel.note("sends", self, count) }
        return count
    }

    /// Sends a text, all of which has to have room; a reset is no surprise.
    public func clientSends(_ text: String) {
        let bytes = Array(text.utf8)
        let count = clientSend(bytes[...]) ?? bytes.count
        precondition(count == bytes.count, "the text had no room")
    }

    /// Reads what waits, as text.
    public func clientReads() -> String {
        guard case .bytes(let bytes) = clientReceive(.max) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads what waits, at most so much.
    public func clientReceive(_ most: Int) -> ClientRead {
        if !toClient.isEmpty, !isVanished {
            let bytes = toClient.take(most)
            lastClientRead = kernel.now
            kernel.note("reads", self, bytes.count)
            return .bytes(bytes)
        }
        if isClientReset { return .reset }
        return serverEnded && !isVanished ? .end : .nothing
    }

    /// Ends the client's sending side: a FIN behind what it has sent.
    public func clientEndSending() {
        guard !clientEnded, !isClientReset, !isVanished else { return }
        clientEnded = true
        kernel.note("ends its side", self)
    }

    /// Closes the client's end: a FIN, or a reset if it has not read all that came.
    public func clientClose() {
        guard !isClientClosed else { return }
        if isClientReset || isVanished {
            isClientClosed = true
        } else if toClient.isEmpty {
            clientEnded = true
            isClientClosed = true
            kernel.note("closes", self)
        } else {
            clientReset()
        }
    }

    /// Closes with a reset.
    public func clientReset() {
        guard !isClientClosed, !isVanished else { return }
        isClientClosed = true
        kernel.note("resets", self)
        resetServer()
    }

    /// Goes away without a FIN; keepalive, if it is on, finds out.
    public func clientVanishes() {
        guard !isVanished, !isClientClosed else { return }
        isVanished = true
        kernel.note("vanishes", self)
        kernel.peerVanished(self)
    }

    // MARK: - Resets

    /// A reset arrives at the server. What it had not read stays readable or not, as the network's order had it.
    func resetServer(_ reason: Int32 = ECONNRESET) {
        guard !isDead, !isServerClosed else { return }
        error = reason == ECONNRESET && clientEnded ? EPIPE : reason
        unacknowledgedAtDeath = unacknowledged
        isDead = true
        toClient.removeAll()
        if kernel.resetsDestroyUnreadInput { toServer.removeAll() }
    }

    /// A reset arrives at the client, and destroys what it has not read: the worst that can happen.
    func resetClient() {
        guard !isClientReset, !isClientClosed, !isVanished else { return }
        isClientReset = true
        // In CLOSE_WAIT it is a broken pipe: tcp_reset().
        clientError = serverEnded ? EPIPE : ECONNRESET
        if kernel.resetsDestroyUnreadOutput { toClient.removeAll() }
        kernel.note("is reset", self)
    }

    /// The server takes or gives: the client's kernel answers data for a closed socket with a reset.
    func serverSent(_ bytes: ArraySlice<UInt8>) -> Int {
        if isClientClosed {
            totalFromServer += bytes.count
            resetServer()
            return bytes.count
        }
        let count = toClient.append(bytes)
        totalFromServer += count
        return count
    }

    /// The server closes its descriptor. With unread input that is a reset, else a FIN.
    func serverClosed() {
        isServerClosed = true
        fd = -1
        if !toServer.isEmpty {
            toServer.removeAll()
            if !isDead { resetClient() }
        }
        serverEnded = true
    }
}
