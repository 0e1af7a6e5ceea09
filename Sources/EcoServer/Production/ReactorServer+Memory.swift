// How memory that was used for a while is given back to the system.
internal import LinuxIO
internal import Reactor

extension ReactorServer where P: ~Copyable {
    /// If fewer bytes than this were freed in total, they are left to the allocator.
    private static var releasedBytes: Int { 64 << 10 }

    /// When no buffer is in use any more, and many were, plans to give their memory back: a second later, so that a busy server does not
    /// do it in every turn.
    mutating func planRelease() {
        guard bufferPeak > Self.releasedBytes, !isReleasePlanned, pending.count == 0, batchBytes == 0 else { return }
        isReleasePlanned = true
        loop.deadlines.set(Deadline.releaseMemory, at: loop.now + .seconds(1))
    }

    /// Gives freed memory back, unless buffers are in use again: then the next time without buffers plans it again.
    mutating func releaseMemory() {
        isReleasePlanned = false
        guard pending.count == 0, batchBytes == 0 else { return }
        bufferPeak = 0
        if stalled.isEmpty { stalled.removeAll() }
        Memory.trim()
    }
}
