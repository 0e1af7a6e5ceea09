// The descriptors of a poll(2).
internal import CLinux
internal import SystemPackage

/// Descriptors, with the interest in each: the array that poll(2) gets at every wait.
public struct PollList: ~Copyable {
    private var entries = CheckedArray<pollfd>()

    public init() {}

    public var count: Int { entries.count }

    /// The descriptor at an index.
    public func descriptor(_ place: Int) -> Int32 { entries[place].fd }

    /// The readiness of the descriptor at an index, from the last wait; empty if the descriptor is new.
    public func readiness(_ place: Int) -> IOEvents {
        IOEvents(rawValue: UInt32(UInt16(bitPattern: entries[place].revents)))
    }

    /// Adds a descriptor at the end. False if there is no memory for it.
    public mutating func append(_ descriptor: Int32, _ events: IOEvents) -> Bool {
        entries.append(pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events.rawValue), revents: 0))
    }

    /// Changes the interest in the descriptor at an index.
    public mutating func set(_ place: Int, _ events: IOEvents) {
        entries[place].events = Int16(truncatingIfNeeded: events.rawValue)
    }

    /// Removes a descriptor; the last one takes its place.
    public mutating func remove(at place: Int) { entries.remove(at: place) }

    /// Waits until a descriptor is ready and returns how many are; 0 after the timeout or a signal, and after a pause if the kernel has no
    /// memory for its copy of the list. ppoll(2).
    ///
    /// - Parameter timeoutNanoseconds: negative waits for ever, 0 not at all.
    public mutating func wait(timeoutNanoseconds: Int64) throws(SystemError) -> Int {
        let count = unsafe entries.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: the list's own entries.
            unsafe clinux_poll(buffer.baseAddress, nfds_t(buffer.count), timeoutNanoseconds)
        }
        if count >= 0 { return Int(count) }
        if count == -Errno.interrupted.rawValue { return 0 }
        if count == -Errno.noMemory.rawValue { return Poll.pauseForMemory() }
        throw SystemError(Errno(rawValue: -count), in: .poll)
    }
}
