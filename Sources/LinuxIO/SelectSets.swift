// The descriptors of a select(2).
internal import CLinux
internal import SystemPackage

/// The sets of descriptors that select(2) is given, and those that it gives back.
public struct SelectSets: ~Copyable {
    /// A set has a bit for each descriptor below this: FD_SETSIZE. The value of the descriptor counts, not how many are open.
    public static let end: Int32 = 1024

    /// A bit per descriptor, in the shape of an `fd_set`.
    private typealias Bits = InlineArray<16, UInt64>

    private var watchedForReading = Bits(repeating: 0)
    private var watchedForWriting = Bits(repeating: 0)
    private var readable = Bits(repeating: 0)
    private var writable = Bits(repeating: 0)
    /// No descriptor at or above this one is watched.
    private var end: Int32 = 0

    public init() {}

    /// Sets the interest in a descriptor below `end`.
    public mutating func set(_ descriptor: Int32, _ events: IOEvents) {
        let (word, bit) = Self.place(descriptor)
        if events.contains(.readable) { watchedForReading[word] |= bit } else { watchedForReading[word] &= ~bit }
        if events.contains(.writable) { watchedForWriting[word] |= bit } else { watchedForWriting[word] &= ~bit }
        end = max(end, descriptor + 1)
    }

    /// Stops watching a descriptor.
    public mutating func remove(_ descriptor: Int32) {
        set(descriptor, [])
        guard descriptor + 1 == end else { return }
        while end > 0, !isWatched(end - 1) { end -= 1 }
    }

    private func isWatched(_ descriptor: Int32) -> Bool {
        let (word, bit) = Self.place(descriptor)
        return (watchedForReading[word] | watchedForWriting[word]) & bit != 0
    }

    /// The readiness of a descriptor, from the last wait. An error makes it ready for whatever it is watched for.
    public func readiness(_ descriptor: Int32) -> IOEvents {
        let (word, bit) = Self.place(descriptor)
        var events: IOEvents = []
        if readable[word] & bit != 0 { events.insert(.readable) }
        if writable[word] & bit != 0 { events.insert(.writable) }
        return events
    }

    /// The first descriptor at or above this one that the last wait found ready; nil if there is none.
    public func firstReady(from descriptor: Int32) -> Int32? {
        var word = Int(descriptor >> 6)
        var mask = ~UInt64(0) << UInt64(descriptor & 63)
        while word < 16 {
            let bits = (readable[word] | writable[word]) & mask
            if bits != 0 { return Int32(word << 6 + bits.trailingZeroBitCount) }
            (word, mask) = (word + 1, ~0)
        }
        return nil
    }

    private static func place(_ descriptor: Int32) -> (word: Int, bit: UInt64) {
        (Int(descriptor >> 6), 1 << UInt64(descriptor & 63))
    }

    /// Waits until a descriptor is ready and returns how many bits are set; 0 after the timeout or a signal, and after a pause if the
    /// kernel has no memory for its copy of the sets. EBADF if a set has a closed descriptor. pselect(2).
    ///
    /// - Parameter timeoutNanoseconds: negative waits for ever, 0 not at all.
    public mutating func wait(timeoutNanoseconds: Int64) throws(SystemError) -> Int {
        (readable, writable) = (watchedForReading, watchedForWriting)
        let end = end
        let count = unsafe withUnsafeMutablePointer(to: &readable) { readable in
            unsafe withUnsafeMutablePointer(to: &writable) { writable in
                // SAFETY: sixteen words of 64 bits are an `fd_set`, on each architecture of Linux with such words.
                unsafe clinux_select(
                    end, UnsafeMutableRawPointer(readable).assumingMemoryBound(to: fd_set.self),
                    UnsafeMutableRawPointer(writable).assumingMemoryBound(to: fd_set.self), timeoutNanoseconds)
            }
        }
        if count > 0 { return Int(count) }
        // The sets are unchanged.
        (readable, writable) = (Bits(repeating: 0), Bits(repeating: 0))
        if count == 0 || count == -Errno.interrupted.rawValue { return 0 }
        if count == -Errno.noMemory.rawValue { return Poll.pauseForMemory() }
        throw SystemError(Errno(rawValue: -count), in: .select)
    }
}
