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
    /// The entry of its address plus 1, if clients per address are limited; else 0.
    var address: UInt32 = 0
    /// Its pending answers' number plus 1; 0 if there are none.
    var pending: UInt32 = 0
    var session = Session()
    /// Its state, which decides what is next: every move goes through it. It also keeps the loop's own flags.
    var life = ConnectionLife()
    /// Delivering: the ticks that are left to the peer. Before: the ticks beyond its timeout that it has earned.
    var patience: UInt16 = 0

    var state: ConnectionState { life.state }
    var flags: ConnectionFlags { life.flags }
    var driverFlags: DriverFlags {
        @inline(__always) get { life.driverFlags }
        @inline(__always) set { life.driverFlags = newValue }
    }
    var amount: UInt32 { life.amount }
}
