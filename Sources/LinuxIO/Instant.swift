// Moments of the monotonic clock.
internal import CLinux
internal import Glibc

/// A moment of CLOCK_MONOTONIC, see clock_gettime(2).
public struct Instant: Comparable, Hashable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The current moment. Never blocks; about 20 ns.
    public static var now: Self { Self(nanoseconds: clinux_monotonic_nanoseconds()) }

    /// The current moment by CLOCK_BOOTTIME, which goes on while the machine is suspended.
    public static var sinceBoot: Self {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Self(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    public static func + (left: Self, right: Duration) -> Self {
        Self(nanoseconds: left.nanoseconds + right.nanoseconds)
    }

    public static func - (left: Self, right: Self) -> Duration { .nanoseconds(left.nanoseconds - right.nanoseconds) }
}

extension Duration {
    /// The whole nanoseconds of a duration of less than 292 years.
    public var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }

    /// In seconds.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

/// The wall clock, which can be set.
public enum WallClock {
    /// Seconds since 1970, by CLOCK_REALTIME: clock_gettime(2).
    public static var secondsSince1970: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
