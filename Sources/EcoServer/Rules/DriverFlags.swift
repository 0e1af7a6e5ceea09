// What the code that drives a connection's life notes with it.

/// The flags of an event loop for one connection. They have the bits that `ConnectionFlags` leaves free, so that a connection keeps both
/// in one byte.
struct DriverFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// It is out of the poller: an event came while a worker had its texts, or it waits for nothing.
    static let parked = Self(rawValue: 32)
    /// The poller watches it for room to write, not for something to read.
    static let watchesWritable = Self(rawValue: 64)
    /// Its excuse is taken.
    static let excused = Self(rawValue: 128)

    /// The excuse of its deadline, in one bit.
    var excuse: Excuse {
        get { Excuse(isTaken: contains(.excused)) }
        set { if newValue.isTaken { insert(.excused) } else { remove(.excused) } }
    }
}
