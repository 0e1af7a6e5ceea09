// One client of the reactor, in 32 bytes.
internal import EcoProtocol
internal import Reactor

/// A connection's slot in the table: a plain value of 32 bytes with no buffer.
struct Connection: Slot {
    /// The socket; -1 in a free slot. The table's owner closes it.
    var number: Int32 = -1
    var generation: UInt32 = 0
    /// When something is due; the state says what.
    var deadlineTick: UInt32 = 0
    /// The entry of its address plus 1, where clients per address are limited; else 0.
    var address: UInt32 = 0
    /// Its pending answers' number plus 1; 0 if there are none.
    var pending: UInt32 = 0
    /// Draining: the bytes still to be read. Delivering: the bytes still owed. Lingering: the bytes dropped.
    var amount: UInt32 = 0
    var session = Session()
    private(set) var state = ConnectionState.fresh
    var flags: ConnectionFlags = []
    /// Delivering: the ticks that are left to the peer. Before: the ticks beyond its timeout that it has earned.
    var patience: UInt16 = 0

    /// The only way to another state.
    mutating func become(_ next: ConnectionState) {
        precondition(state.mayBecome(next), "a connection cannot go from \(state) to \(next)")
        state = next
    }
}
