// How many descriptors this process may have.
internal import CLinux

/// RLIMIT_NOFILE, see getrlimit(2).
public struct DescriptorLimit: Equatable, Sendable {
    public let soft: Int
    public let hard: Int

    /// The current limit.
    public static func current() throws(SystemError) -> Self {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        try SystemCall.getrlimit.check(unsafe clinux_descriptor_limit(&soft, &hard))
        return Self(soft: Int(clamping: soft), hard: Int(clamping: hard))
    }

    /// Raises the soft limit to the hard one, and returns the new limit.
    public static func raise() throws(SystemError) -> Self {
        let limit = try current()
        try SystemCall.setrlimit.check(clinux_set_descriptor_limit(UInt64(limit.hard), UInt64(limit.hard)))
        return try current()
    }
}
