// How a conversation goes from thread to thread, and how a client is turned away without one.
internal import EcoProtocol
internal import LinuxIO

extension Conversation {
    /// Packs the conversation into its own memory, for another thread: starting a thread must not need other memory.
    consuming func packed() -> UnsafeMutableRawPointer {
        let place = unsafe memory.space.base
        // SAFETY: between reads the memory holds nothing else; it is large and aligned enough for a few words.
        unsafe place.bindMemory(to: Conversation.self, capacity: 1).initialize(to: self)
        return unsafe place
    }

    /// Unpacks what `packed()` returned, once.
    static func unpacked(_ place: UnsafeMutableRawPointer) -> Conversation {
        // SAFETY: the caller's contract.
        unsafe place.assumingMemoryBound(to: Conversation.self).move()
    }

    /// Tells the client why it is not served after all, and closes its connection.
    consuming func turnAway(_ line: ServerLine) { Self.turnAway(socket, line, desk) }

    /// Tells a client why it is not served, and closes its connection. It never blocks, and uses no memory except the stack.
    static func turnAway(_ socket: consuming Descriptor, _ line: ServerLine, _ desk: LessonDesk) {
        let number = socket.number
        // SAFETY: room for any line and for every read; only bytes that were written are read from it.
        let sent = unsafe withUnsafeTemporaryAllocation(byteCount: 1 << 10, alignment: 1) { memory in
            unsafe Lingering.turnAway(number, line, in: memory)
        }
        desk.count(told: sent)
    }
}
