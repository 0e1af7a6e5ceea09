// Waiting for one of a few descriptors, in a thread that has nothing else to do.
internal import CLinux
internal import Glibc

/// poll(2), for the threads that block by design.
public enum Poll {
    /// What a wait came to.
    public enum Outcome: Equatable, Sendable {
        /// The descriptors at these positions can be read, or are broken.
        case ready([Int])
        case timedOut
        /// A signal came first.
        case interrupted
    }

    /// Waits until one of the descriptors can be read. Blocks.
    ///
    /// - Parameter timeout: nil waits for ever; a part of a millisecond counts as a whole one.
    public static func readable(_ numbers: [Int32], timeout: Duration? = nil) -> Outcome {
        var entries = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = timeout.map { Int32(clamping: max(0, ($0.nanoseconds + 999_999) / 1_000_000)) } ?? -1
        // SAFETY: the array's own entries.
        let count = unsafe entries.withUnsafeMutableBufferPointer { buffer in
            unsafe clinux_poll(buffer.baseAddress, nfds_t(buffer.count), milliseconds)
        }
        if count == 0 { return .timedOut }
        if count < 0 { return .interrupted }
        return .ready(entries.indices.filter { entries[$0].revents != 0 })
    }
}
