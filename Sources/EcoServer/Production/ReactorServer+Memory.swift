// How memory that was needed for a while goes back to the system.
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// Freed buffers of less than this in all are left to the allocator.
    private static var releasedBytes: Int { 64 << 10 }

    /// When no buffer is in use any more, and many were, plans to give their memory back: in a second, so that a busy server
    /// does not do it in every turn.
    mutating func planRelease() {
        guard bufferPeak > Self.releasedBytes, !isReleasePlanned, pending.count == 0, batchBytes == 0 else { return }
        isReleasePlanned = true
        loop.deadlines.set(Deadline.releaseMemory, at: loop.now + .seconds(1))
    }

    /// Gives freed memory back, unless buffers are in use again: then the next time that none is will be planned for.
    mutating func releaseMemory() {
        isReleasePlanned = false
        guard pending.count == 0, batchBytes == 0 else { return }
        bufferPeak = 0
        if stalled.isEmpty { stalled.removeAll() }
        Memory.trim()
    }
}
