// Waiting for one of a few descriptors, for threads that do nothing else.
internal import CLinux
internal import Glibc

/// poll(2), for the threads that block by design.
public enum Poll {
    /// The outcome of a wait.
    public enum Outcome: Equatable, Sendable {
        /// The descriptors at these indices are readable, or broken.
        case ready([Int])
        case timedOut
        /// A signal came first.
        case interrupted
    }

    /// Waits until one of the descriptors can be read. Blocks.
    ///
    /// - Parameter timeout: nil waits for ever.
    public static func readable(_ descriptors: [Int32], timeout: Duration? = nil) -> Outcome {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let timeout = nanoseconds(timeout)
        // SAFETY: the array's own entries.
        let count = unsafe entries.withUnsafeMutableBufferPointer { buffer in
            unsafe clinux_poll(buffer.baseAddress, nfds_t(buffer.count), timeout)
        }
        if count == 0 { return .timedOut }
        if count < 0 { return .interrupted }
        return .ready(entries.indices.filter { entries[$0].revents != 0 })
    }

    /// Like `readable`, but returns only whether any descriptor is readable, or broken. Allocates no memory for up to a hundred of them.
    /// Blocks.
    @discardableResult
    public static func isAnyReadable(_ descriptors: [Int32], timeout: Duration? = nil) -> Bool {
        let timeout = nanoseconds(timeout)
        // SAFETY: every entry is initialized before the kernel sees it, and an entry needs no deinitialization.
        return unsafe withUnsafeTemporaryAllocation(of: pollfd.self, capacity: descriptors.count) { entries in
            var index = 0
            for fd in descriptors {
                let entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
                unsafe entries.initializeElement(at: index, to: entry)
                index += 1
            }
            return unsafe clinux_poll(entries.baseAddress, nfds_t(index), timeout) > 0
        }
    }

    /// Waits until a descriptor is readable, or broken, and returns whether it is. Allocates no memory. Blocks.
    public static func isReadable(_ fd: Int32, timeout: Duration?) -> Bool {
        var entry = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        return unsafe clinux_poll(&entry, 1, nanoseconds(timeout)) > 0
    }

    private static func nanoseconds(_ timeout: Duration?) -> Int64 { timeout.map { max(0, $0.nanoseconds) } ?? -1 }

    /// Sleeps for a hundredth of a second after a wait that found no memory, since the next may find some. Returns 0, the number of events.
    /// Blocks.
    static func pauseForMemory() -> Int {
        // With no descriptor the kernel needs no memory.
        _ = clinux_poll(nil, 0, 10_000_000)
        return 0
    }

    /// A descriptor, the interest in it, and its readiness.
    public struct Entry: Sendable {
        public let fd: Int32
        public var wantsRead: Bool
        public var wantsWrite: Bool
        /// Set by `wait`. A broken or hung-up connection counts as ready for both.
        public fileprivate(set) var isReadable = false
        public fileprivate(set) var isWritable = false

        public init(_ fd: Int32, wantsRead: Bool, wantsWrite: Bool) {
            self.fd = fd
            self.wantsRead = wantsRead
            self.wantsWrite = wantsWrite
        }
    }

    /// Waits until one of the descriptors is ready for its interest, a signal comes, or time is up. Blocks.
    public static func wait(_ entries: inout [Entry], timeout: Duration) {
        var polled = entries.map { entry in
            pollfd(
                fd: entry.fd, events: Int16((entry.wantsRead ? POLLIN : 0) | (entry.wantsWrite ? POLLOUT : 0)),
                revents: 0)
        }
        let timeout = nanoseconds(timeout)
        // SAFETY: the array's own entries.
        _ = unsafe polled.withUnsafeMutableBufferPointer { buffer in
            unsafe clinux_poll(buffer.baseAddress, nfds_t(buffer.count), timeout)
        }
        for (index, result) in polled.enumerated() {
            let isBroken = Int32(result.revents) & (POLLERR | POLLHUP | POLLNVAL) != 0
            entries[index].isReadable = isBroken || Int32(result.revents) & POLLIN != 0
            entries[index].isWritable = isBroken || Int32(result.revents) & POLLOUT != 0
        }
    }
}
