// How fast a slow client has to be.
internal import Reactor

/// The pace at which a client is never too slow: its kernel acknowledges 1 KiB per second.
enum Progress {
    private static let bytesPerSecond = 1024
    private static let ticksPerSecond = Int(1_000_000_000 / CoarseTimers.tickNanoseconds)

    /// The additional time for a client that has acknowledged this many bytes.
    static func ticks(acknowledged bytes: Int) -> UInt32 {
        UInt32(clamping: max(0, bytes) * ticksPerSecond / bytesPerSecond)
    }

    /// As `ticks(acknowledged:)`, but a part of a tick counts as a whole one.
    static func wholeTicks(acknowledged bytes: Int) -> UInt32 {
        UInt32(clamping: (max(0, bytes) * ticksPerSecond + bytesPerSecond - 1) / bytesPerSecond)
    }

    /// As `ticks(acknowledged:)`, for callers that do not count in ticks.
    static func duration(acknowledged bytes: Int) -> Duration {
        .nanoseconds(Int64(max(0, bytes)) * 1_000_000_000 / Int64(bytesPerSecond))
    }

    /// A kernel acknowledges up to this much in one lump, and then nothing until its program has read about as much: the initial buffer
    /// of a Linux socket.
    private static let lumpBytes = 128 << 10

    /// How many of the bytes that a peer has acknowledged before count for its next answers: one lump.
    static func lump(acknowledgedBefore bytes: Int) -> Int { min(bytes, lumpBytes) }

    /// The bytes that earn this many ticks.
    static func bytes(ticks: UInt32) -> Int { Int(ticks) * bytesPerSecond / ticksPerSecond }
}
