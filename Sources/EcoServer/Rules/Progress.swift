// How fast a slow client has to be.
internal import Reactor

/// The pace at which a client is never too slow: its kernel acknowledges 1 KiB per second. Counted in ticks.
enum Progress {
    private static let bytesPerSecond = 1024
    private static let ticksPerSecond = Int(1_000_000_000 / CoarseTimers.tickNanoseconds)

    /// The additional ticks for a client that has acknowledged this many bytes.
    static func ticks(acknowledged bytes: Int) -> UInt32 {
        UInt32(clamping: max(0, bytes) * ticksPerSecond / bytesPerSecond)
    }

    /// As `ticks(acknowledged:)`, and the bytes that these ticks cost. What is less than a tick's worth counts next time.
    static func earned(acknowledged bytes: Int) -> (ticks: UInt32, bytes: Int) {
        let ticks = ticks(acknowledged: bytes)
        return (ticks, Int(ticks) * bytesPerSecond / ticksPerSecond)
    }

    /// A kernel acknowledges up to this much in one lump, and then nothing until its program has read about as much: the initial buffer
    /// of a Linux socket.
    private static let lumpBytes = 128 << 10

    /// The ticks beyond the timeout with which a client begins when the server starts to wait for it: its kernel acknowledges in lumps, far
    /// apart if it is slow, and the last lump has earned the time until the next. A part of a tick counts as a whole one.
    ///
    /// - Parameters:
    ///   - bytes: how many it has acknowledged since it connected.
    ///   - unused: the ticks that earlier answers have left; if these are more, they count instead.
    static func credit(acknowledgedBefore bytes: Int, unused: UInt32 = 0) -> UInt32 {
        let lump = max(0, min(bytes, lumpBytes))
        return max(unused, UInt32(clamping: (lump * ticksPerSecond + bytesPerSecond - 1) / bytesPerSecond))
    }

    /// Ticks for callers that count in durations.
    static func duration(_ ticks: UInt32) -> Duration { .nanoseconds(Int64(ticks) * CoarseTimers.tickNanoseconds) }
}
