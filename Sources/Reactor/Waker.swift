// Wakes a loop from another thread.
public import LinuxIO

/// Makes an event loop's next wait return, from any thread.
public final class Waker: Sendable {
    private let event: EventDescriptor

    public init() throws(SystemError) { event = try EventDescriptor() }

    /// The loop's thread registers it, for reading.
    public func register<P: Poller & ~Copyable>(
        in loop: inout EventLoop<P>, _ token: Token
    ) throws(SystemError) {
        try loop.register(event.number, token, interest: .readable)
    }

    /// Any thread: wakes the loop, now or in its next wait. Several calls before that count as one.
    public func wake() { event.raise() }

    /// The descriptor to poll, for callers without a loop.
    public var number: Int32 { event.number }

    /// The loop's thread, when woken, before it looks for work.
    public func acknowledge() { event.clear() }
}
