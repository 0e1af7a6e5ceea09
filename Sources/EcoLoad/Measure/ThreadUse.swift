// What a thread of the generator uses, read by the thread itself, so that it is exact even in a window of a millisecond.
import LinuxIO

/// Time, processor time, and time without a processor of the calling thread, in nanoseconds: a reading, or what lies between two.
struct ThreadUse: Sendable {
    var wall: Int64 = 0
    var processor: Int64 = 0
    var wait: Int64 = 0

    /// The thread's readings now.
    static var now: Self {
        Self(
            wall: Instant.now.nanoseconds, processor: Thread.processorTime.nanoseconds,
            wait: Thread.waitTime.nanoseconds)
    }

    static func - (left: Self, right: Self) -> Self {
        Self(
            wall: left.wall - right.wall, processor: left.processor - right.processor, wait: left.wait - right.wait)
    }

    static func += (left: inout Self, right: Self) {
        left.wall += right.wall
        left.processor += right.processor
        left.wait += right.wait
    }
}

/// What the generator's own process used in the measured window.
public struct GeneratorUse: Sendable, Codable, Equatable {
    public var threads = 1
    public var processorSeconds = 0.0
    /// For how long its threads were ready and had no processor.
    public var waitSeconds = 0.0
    /// Shares of one processor per thread.
    public var processorShare = 0.0
    public var waitShare = 0.0
    public var privateBytes = 0
    /// For how long a thread did not run though it was due (stopped, starved, or busy with one turn): pauses of a tenth of a second or
    /// more. Nil if there were none.
    public var pauseSeconds: Double?
}

extension GeneratorUse {
    /// What the threads of a run used in total, each in its window.
    init(_ use: ThreadUse, threads: Int) {
        func share(_ part: Int64) -> Double { use.wall > 0 ? min(1, Double(part) / Double(use.wall)) : 0 }
        self.init(
            threads: threads, processorSeconds: Double(use.processor) / 1e9, waitSeconds: Double(use.wait) / 1e9,
            processorShare: share(use.processor), waitShare: share(use.wait), privateBytes: Proc.current.privateBytes)
    }
}
