// What a descriptor is watched for, and what it is ready for.

/// The bits of poll(2), which are those of epoll_ctl(2) too.
public struct IOEvents: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static let readable = Self(rawValue: 0x001)
    public static let writable = Self(rawValue: 0x004)
    /// Reported always, asked for or not.
    public static let error = Self(rawValue: 0x008)
    /// Both directions are closed. Reported always, asked for or not; data may still wait to be read.
    public static let hangUp = Self(rawValue: 0x010)
    /// It is not an open descriptor. Only from poll(2).
    public static let closed = Self(rawValue: 0x020)
}
