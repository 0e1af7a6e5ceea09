// How a loop waits for many descriptors: what `epoll`, `poll` and `select` have in common.
public import LinuxIO

/// What a descriptor is watched for.
public typealias Interest = IOEvents
/// What a descriptor is ready for.
public typealias Readiness = IOEvents

/// A way to wait for many descriptors at once.
///
/// Level-triggered: what is ready is reported by every wait until somebody does something about it. Each descriptor comes with
/// a token, which its events bring back; an event may be out of date when it is handled. Errors and hang-ups are reported
/// whatever a descriptor is watched for, or as the readiness that it is watched for (select(2) knows no others). A descriptor is
/// watched for something: who waits for nothing of it removes it. One thread at a time.
public protocol Poller: ~Copyable {
    /// Descriptors from this number on cannot be watched.
    static var descriptorEnd: Int32 { get }
    /// The system call, for messages.
    static var name: String { get }

    /// - Parameter capacity: one wait brings at most so many events; the next goes on behind them, so that none starves.
    init(capacity: Int) throws(SystemError)

    /// Watches a descriptor that is not watched, which is up to the caller. Fails when memory is exhausted, or the kernel's limit on watches.
    mutating func add(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError)

    /// Changes what a watched descriptor is watched for.
    mutating func modify(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError)

    /// Watches a descriptor no longer, which stays open. One that is not watched may be an error, or none.
    mutating func remove(_ descriptor: Int32) throws(SystemError)

    /// Must be told of each descriptor, watched or not, before it is closed: where the kernel does not forget a closed one, the next
    /// wait fails or traps.
    mutating func willClose(_ descriptor: Int32)

    /// Waits for events and says how many there are; 0 after the timeout or a signal.
    ///
    /// - Parameter nanoseconds: negative waits for ever, 0 not at all.
    mutating func wait(nanoseconds: Int64) throws(SystemError) -> Int

    /// One of the events that the last wait has brought.
    func event(_ index: Int) -> (token: Token, readiness: Readiness)
}
