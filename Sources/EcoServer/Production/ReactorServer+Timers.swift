// What happens when a connection's time is over.
internal import EcoProtocol
internal import LinuxIO
internal import Reactor

extension ReactorServer {
    /// Sets what is due next for a connection.
    @inline(__always)
    mutating func setDeadline(_ slot: Int, _ tick: UInt32) {
        table[slot].deadlineTick = tick
        timers.noteDeadline(tick)
    }

    /// A client that is read from has its idle time before it again, if that is limited.
    @inline(__always)
    mutating func restartIdleTimer(_ slot: Int, _ loop: borrowing EventLoop) {
        if idleTicks != 0 { setDeadline(slot, loop.tick + idleTicks) }
    }

    /// Looks through a slice of the table for connections whose time is over.
    mutating func expire(loop: inout EventLoop) {
        let tick = loop.tick
        var slice = timers.beginSlice(tick: tick)
        while let slot = timers.nextExpired(in: &table, tick: tick, slice: &slice) {
            switch table[slot].state {
            case .open: expireIdle(slot, loop: &loop)
            case .writing: end(slot, .writeTimeout, loop: &loop)
            case .lingering: close(slot, loop: &loop)
            case .fresh, .working: break
            }
        }
    }

    /// Tells a client that it has said nothing for too long.
    private mutating func expireIdle(_ slot: Int, loop: inout EventLoop) {
        let (whole, part) = service.configuration.idleTimeout!.components
        let seconds = Int(whole) + (part > 0 ? 1 : 0)
        unsafe send(memory.write(.idle(seconds: seconds)), slot, ending: .idle, loop: &loop)
    }
}
