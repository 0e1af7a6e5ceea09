// What an event belongs to.

/// Names what an event belongs to: a slot of the connection table and its generation, or a source.
///
/// An event may be delivered after its connection was closed and the slot was given to another; the generation shows that.
public struct Token: Equatable, Sendable, BitwiseCopyable {
    /// The word that the kernel keeps: the slot in its low half, the generation in its high half.
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public init(slot: Int, generation: UInt32) {
        rawValue = UInt64(UInt32(truncatingIfNeeded: slot)) | UInt64(generation) << 32
    }

    /// A source that is not in the table: a listener, a waker, a signal descriptor.
    public static func source(_ id: Int) -> Self { Self(slot: id, generation: 0) }

    public var slot: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }

    /// Odd for a connection; 0 for a source.
    public var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }

    public var isSource: Bool { generation == 0 }
}
