// How connections end without losing their last bytes.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer {
    /// A connection that has ended its sending side is closed within two seconds: the tick under way, and 19 more.
    static var lingerTicks: UInt32 { 19 }

    /// The most that is read and dropped from a connection that has ended its sending side.
    static var lingerBytes: UInt32 { 1 << 20 }

    /// Decides how a connection ends, and counts it. What was decided first stands.
    mutating func decide(_ slot: Int, _ ending: Ending) {
        guard !table[slot].flags.contains(.ending) else { return }
        table[slot].flags.insert(.ending)
        counters[ending] += 1
    }

    /// Ends a connection all of whose answers are sent, or that is broken.
    mutating func end(_ slot: Int, _ ending: Ending, loop: inout EventLoop) {
        decide(slot, ending)
        switch ending {
        case .broken, .resources, .writeTimeout, .pendingLimit, .cut: close(slot, loop: &loop)
        case .goodbye, .endOfStream, .idle, .invalidText, .drained: linger(slot, loop: &loop)
        }
    }

    /// Ends the sending side and reads on until the client ends its own, for a while: closing with unread bytes would send a
    /// reset, which destroys the answers that are still on their way.
    mutating func linger(_ slot: Int, loop: inout EventLoop) {
        if table[slot].flags.contains(.endOfStream) || !Socket.endSending(table[slot].number) {
            return close(slot, loop: &loop)
        }
        table[slot].become(.lingering)
        table[slot].amount = 0
        setDeadline(slot, loop.tick + Self.lingerTicks)
        _ = watch(slot, .readable, loop: &loop)
    }

    /// Reads once from a connection that lingers, and drops it.
    mutating func drop(_ slot: Int, loop: inout EventLoop) {
        switch unsafe Socket.receive(table[slot].number, into: memory.space.input) {
        case .bytes(let count):
            table[slot].amount += UInt32(count)
            if table[slot].amount >= Self.lingerBytes { close(slot, loop: &loop) }
        case .endOfStream, .failed: close(slot, loop: &loop)
        case .wouldBlock, .interrupted: break
        }
    }

    /// Closes a connection, whatever state it is in, and gives back all that it held.
    mutating func close(_ slot: Int, loop: inout EventLoop) {
        let connection = table[slot]
        Descriptor.close(connection.number)
        if connection.pending != 0 { pending.remove(Int(connection.pending) - 1) }
        if connection.address != 0 { addresses!.leave(Int(connection.address) - 1) }
        if connection.flags.contains(.refused) { refusals -= 1 }
        table.remove(slot)
        planRelease(&loop)
        if isAcceptingPaused { resumeAccepting(loop: &loop) }
    }
}
