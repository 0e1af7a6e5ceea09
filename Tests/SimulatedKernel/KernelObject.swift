// What descriptors of a simulated kernel stand for.

/// The bits of epoll_ctl(2).
enum EpollBits {
    static let readable: UInt32 = 0x001
    static let writable: UInt32 = 0x004
    static let error: UInt32 = 0x008
    static let hangUp: UInt32 = 0x010
    static let peerHangUp: UInt32 = 0x2000
}

/// A socket option, by level and name.
public struct SimulatedOption: Hashable, Sendable {
    public let level: Int32
    public let name: Int32

    public init(level: Int32, name: Int32) {
        self.level = level
        self.name = name
    }
}

/// What an open descriptor is.
enum KernelObject {
    /// 0, 1 and 2.
    case standard
    case epoll(WatchList)
    case event(EventCounter)
    case signals(SignalQueue)
    case socket(ListeningSocket)
    case stream(SimulatedConnection)
    case client(ClientEnd)
}

/// An eventfd.
final class EventCounter {
    var value: UInt64 = 0
}

/// A signalfd: the signals that are pending.
final class SignalQueue {
    let mask: UInt64
    var pending: [Int32] = []

    init(mask: UInt64) { self.mask = mask }
}

/// A socket that is bound, or listens.
public final class ListeningSocket {
    public internal(set) var address: PeerAddress?
    /// Whose it is; nil if a script plays the server.
    weak var kernel: SimulatedKernel?
    /// Clients that the queue holds: what was asked for, and one more, as Linux has it. Nil before listen(2).
    var capacity: Int?
    var backlog: [SimulatedConnection] = []
    public internal(set) var options: [SimulatedOption: Int32] = [:]
    public internal(set) var isClosed = false

    /// How many clients wait to be accepted.
    public var waiting: Int { backlog.count }

    var hasRoom: Bool { backlog.count < capacity ?? 0 }

    /// A script accepts a client; nil if none waits.
    public func accept() -> SimulatedConnection? { backlog.isEmpty ? nil : backlog.removeFirst() }
}

/// An epoll instance, or what the last poll(2) or select(2) watched.
final class WatchList {
    var isSelect = false

    /// What a watcher is told of a descriptor that is ready for this. select(2) knows no errors: they make a descriptor
    /// readable or writable.
    func visible(_ readiness: UInt32, to events: UInt32) -> UInt32 {
        guard isSelect else { return readiness & (events | EpollBits.error | EpollBits.hangUp) }
        let reading = readiness & (EpollBits.readable | EpollBits.error | EpollBits.hangUp) != 0
        let writing = readiness & (EpollBits.writable | EpollBits.error) != 0
        return events & ((reading ? EpollBits.readable : 0) | (writing ? EpollBits.writable : 0))
    }

    struct Entry {
        let fd: Int32
        var events: UInt32
        var data: UInt64
        /// How often it was reported since the server last did something about it.
        var reports = 0
    }

    /// In the order in which they are looked at: those just reported go to the end, so that none starves.
    var entries: [Entry] = []

    func index(of fd: Int32) -> Int? { entries.firstIndex { $0.fd == fd } }
}
