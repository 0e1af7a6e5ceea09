// epoll(7): the kernel keeps the watched descriptors, and reports the ready ones.
public import LinuxIO

/// Costs: a system call per change of interest; the time of a wait is proportional to the number of ready descriptors, not of watched
/// ones.
public struct EpollPoller: Poller, ~Copyable {
    public static var descriptorEnd: Int32 { .max }
    public static var name: String { "epoll(7)" }

    private let epoll: Epoll
    private let events: EpollEventList

    public init(capacity: Int) throws(SystemError) {
        epoll = try Epoll()
        events = EpollEventList(capacity: capacity)
    }

    public mutating func add(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        try epoll.add(descriptor, events: interest, data: token.rawValue)
    }

    public mutating func modify(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        try epoll.modify(descriptor, events: interest, data: token.rawValue)
    }

    public mutating func remove(_ descriptor: Int32) throws(SystemError) { try epoll.remove(descriptor) }

    /// The kernel forgets a descriptor when it is closed.
    @inline(__always)
    public mutating func willClose(_ descriptor: Int32) {}

    /// The kernel takes the ready descriptors in turn, so none starves.
    @inline(__always)
    public mutating func wait(nanoseconds: Int64) throws(SystemError) -> Int {
        try epoll.wait(events, timeoutNanoseconds: nanoseconds)
    }

    @inline(__always)
    public func event(_ index: Int) -> (token: Token, readiness: Readiness) {
        let event = events[index]
        return (Token(rawValue: event.data), event.events)
    }
}
