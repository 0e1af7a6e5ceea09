// What a slow client has to do to be waited for.
internal import Reactor

/// The pace at which a client is never too slow: 1 KiB per second that its kernel acknowledges.
enum Progress {
    private static let bytesPerSecond = 1024
    private static let ticksPerSecond = Int(1_000_000_000 / CoarseTimers.tickNanoseconds)

    /// How much longer a client is waited for that has acknowledged so many bytes.
    static func ticks(acknowledged bytes: Int) -> UInt32 {
        UInt32(clamping: max(0, bytes) * ticksPerSecond / bytesPerSecond)
    }

    /// As `ticks(acknowledged:)`, and a part of a tick counts as a whole one.
    static func wholeTicks(acknowledged bytes: Int) -> UInt32 {
        UInt32(clamping: (max(0, bytes) * ticksPerSecond + bytesPerSecond - 1) / bytesPerSecond)
    }

    /// As `ticks(acknowledged:)`, for those who do not count in ticks.
    static func duration(acknowledged bytes: Int) -> Duration {
        .nanoseconds(Int64(max(0, bytes)) * 1_000_000_000 / Int64(bytesPerSecond))
    }

    /// A kernel acknowledges up to so much in one lump, and then nothing until its program has read about as much: the buffer that
    /// a Linux socket begins with.
    private static let lumpBytes = 128 << 10

    /// How many bytes of what a peer has acknowledged before count for what it takes next: one lump.
    static func lump(acknowledgedBefore bytes: Int) -> Int { min(bytes, lumpBytes) }

    /// How many bytes earn so many ticks.
    static func bytes(ticks: UInt32) -> Int { Int(ticks) * bytesPerSecond / ticksPerSecond }
}
