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

    /// Any thread: wakes the loop, now or at its next wait. Many calls before that are one.
    public func wake() { event.raise() }

    /// The descriptor to poll, for those who have no loop.
    public var number: Int32 { event.number }

    /// The loop's thread, when woken, before it looks for what there is to do.
    public func acknowledge() { event.clear() }
}
