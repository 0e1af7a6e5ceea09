// The kernel's event notification, bare: see epoll(7).
internal import CLinux
internal import SystemPackage

/// An epoll instance, level-triggered.
public struct Epoll: ~Copyable {
    private let descriptor: Descriptor

    /// Opens an instance; close-on-exec. epoll_create1(2).
    public init() throws(SystemError) {
        descriptor = Descriptor(owning: try SystemCall.epoll_create1.check(clinux_epoll_create()))
    }

    /// The instance's own descriptor.
    public var number: Int32 { descriptor.number }

    /// Watches a descriptor. Fails when memory or `max_user_watches` is exhausted. epoll_ctl(2).
    public func add(_ fd: Int32, events: IOEvents, data: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_ADD, fd, events, data)
    }

    /// Changes what a watched descriptor is watched for.
    public func modify(_ fd: Int32, events: IOEvents, data: UInt64) throws(SystemError) {
        try control(EPOLL_CTL_MOD, fd, events, data)
    }

    /// Stops watching a descriptor. Closing it has the same effect.
    public func remove(_ fd: Int32) throws(SystemError) {
        try control(EPOLL_CTL_DEL, fd, [], 0)
    }

    private func control(
        _ operation: Int32, _ fd: Int32, _ events: IOEvents, _ data: UInt64
    ) throws(SystemError) {
        try SystemCall.epoll_ctl.check(
            clinux_epoll_ctl(descriptor.number, operation, fd, events.rawValue, data))
    }

    /// Waits for events and says how many there are; 0 after the timeout or a signal. epoll_pwait2(2).
    ///
    /// - Parameter timeoutNanoseconds: negative waits for ever, 0 not at all.
    public func wait(_ events: borrowing EpollEventList, timeoutNanoseconds: Int64) throws(SystemError) -> Int {
        let count = unsafe clinux_epoll_wait(
            descriptor.number, events.memory, Int32(events.capacity), timeoutNanoseconds)
        if count >= 0 { return Int(count) }
        if count == -(Errno.interrupted.rawValue) { return 0 }
        throw SystemError(Errno(rawValue: -count), in: .epoll_wait)
    }
}

/// Memory for the events of one wait, of a fixed size: the kernel rotates among the ready descriptors.
@safe
public struct EpollEventList: ~Copyable {
    public let capacity: Int
    fileprivate let memory: UnsafeMutablePointer<epoll_event>

    public init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
        unsafe memory = .allocate(capacity: capacity)
    }

    deinit { unsafe memory.deallocate() }

    /// What happened, and the word that the descriptor was added with.
    public subscript(index: Int) -> (events: IOEvents, data: UInt64) {
        precondition(index >= 0 && index < capacity)
        // SAFETY: within the memory; the kernel has written the events below the count that `wait` returned.
        let event = unsafe memory[index]
        return unsafe (IOEvents(rawValue: event.events), event.data.u64)
    }
}
