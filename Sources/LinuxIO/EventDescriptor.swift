// A counter in the kernel that one thread raises and another polls.
internal import CLinux

/// An eventfd(2): becomes readable when raised.
public struct EventDescriptor: ~Copyable, Sendable {
    private let descriptor: Descriptor

    public init() throws(SystemError) {
        // EFD_CLOEXEC | EFD_NONBLOCK have the values of O_CLOEXEC and O_NONBLOCK on every architecture of Linux.
        descriptor = Descriptor(owning: try SystemCall.eventfd.check(clinux_eventfd(0, 0o2_000_000 | 0o4_000)))
    }

    /// The descriptor's number, to poll it.
    public var number: Int32 { descriptor.number }

    /// The number that the next descriptor of this process gets; nil if it can have no other.
    public static func nextNumber() -> Int32? {
        do throws(SystemError) {
            let descriptor = try EventDescriptor()
            return descriptor.number
        } catch { return nil }
    }

    /// Makes it readable. Any thread may call this; it never blocks.
    public func raise() {
        var one: UInt64 = 1
        // EAGAIN means that the counter is at its maximum: it is already readable.
        _ = unsafe clinux_write(descriptor.number, &one, MemoryLayout<UInt64>.size)
    }

    /// Makes it unreadable again.
    public func clear() {
        var count: UInt64 = 0
        _ = unsafe clinux_read(descriptor.number, &count, MemoryLayout<UInt64>.size)
    }
}
