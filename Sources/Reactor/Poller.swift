// How a loop waits for many descriptors: what `epoll`, `poll` and `select` have in common.
public import LinuxIO

/// What a descriptor is watched for.
public typealias Interest = IOEvents
/// What a descriptor is ready for.
public typealias Readiness = IOEvents

/// A way to wait for many descriptors at once.
///
/// Level-triggered: every wait reports what is ready until it is handled. Each descriptor has a token, which its events bring back; an
/// event may be out of date when it is handled. Errors and hang-ups are reported with any interest, or as the readiness that is watched
/// (select(2) knows no others). A descriptor is always watched for something: an owner that waits for nothing removes it. For one thread
/// at a time.
public protocol Poller: ~Copyable {
    /// Descriptors from this one on cannot be watched.
    static var descriptorEnd: Int32 { get }
    /// The name of the system call, for messages.
    static var name: String { get }

    /// - Parameter capacity: the maximum of events per wait; the next wait goes on behind them, so that no descriptor starves.
    init(capacity: Int) throws(SystemError)

    /// Watches a descriptor that is not watched; the caller ensures that. Fails if memory or the kernel's limit on watches is exhausted.
    mutating func add(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError)

    /// Changes what a watched descriptor is watched for.
    mutating func modify(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError)

    /// Stops watching a descriptor, which stays open. For one that is not watched this may be an error, or nothing.
    mutating func remove(_ descriptor: Int32) throws(SystemError)

    /// Must be told of each descriptor, watched or not, before it is closed: if the kernel does not forget closed descriptors, the next
    /// wait fails or traps.
    mutating func willClose(_ descriptor: Int32)

    /// Waits for events and returns their number; 0 after the timeout or a signal.
    ///
    /// - Parameter nanoseconds: negative waits for ever, 0 not at all.
    mutating func wait(nanoseconds: Int64) throws(SystemError) -> Int

    /// One of the events of the last wait.
    func event(_ index: Int) -> (token: Token, readiness: Readiness)
}
