// Deadlines by the tenth of a second, many of them: kept in the slots, found by sweeping the table.
internal import LinuxIO

/// Finds the slots whose deadline has come.
///
/// A deadline is one store into a slot. As long as none can be due, nothing is looked at and the loop may sleep; then the
/// table is swept, a slice in each turn, at most once per tick. The result is exact to a tick and costs no memory.
public struct CoarseTimers {
    /// How long a tick is.
    public static let tickNanoseconds: Int64 = 100_000_000

    /// How many slots one turn of the loop looks at.
    public static let sliceCount = 4096

    /// No deadline is before this tick. `UInt32.max` if there are none.
    private var earliest = UInt32.max
    /// The slot that the sweep under way has come to.
    private var cursor: Int?
    /// Deadlines from the first to the second tick came while the loop was away.
    private var absence: (from: UInt32, to: UInt32) = (0, 0)

    public init() {}

    /// The whole ticks that it takes until a duration has passed for certain; at least 1.
    public static func ticks(in duration: Duration) -> UInt32 {
        UInt32(clamping: (duration.nanoseconds + tickNanoseconds - 1) / tickNanoseconds + 1)
    }

    /// Must be told of each deadline that is stored in a slot.
    @inline(__always)
    public mutating func noteDeadline(_ tick: UInt32) { if tick < earliest { earliest = tick } }

    /// Must be told of each time in which the loop was away, before the next slice: deadlines in it are excused.
    ///
    /// While a sweep is under way, what lies between two such times is excused too.
    public mutating func noteAbsence(from: UInt32, to: UInt32) {
        absence = (cursor == nil ? from : min(from, absence.from), to)
    }

    /// The tick at which `nextExpired` has to be asked again: 0 for at once, `UInt32.max` for never.
    public var nextTick: UInt32 { cursor == nil ? earliest : 0 }

    /// Begins this turn's slice: how many slots it may look at.
    public mutating func beginSlice(tick: UInt32) -> Int {
        if cursor == nil, tick >= earliest {
            cursor = 0
            earliest = .max
        }
        return cursor == nil ? 0 : Self.sliceCount
    }

    /// A slot whose deadline has come.
    public struct Expired: Equatable, Sendable {
        public let slot: Int
        /// When it was due.
        public let deadline: UInt32
        /// It came while the loop was away: it is to begin anew.
        public let isExcused: Bool

        public init(slot: Int, deadline: UInt32, isExcused: Bool) {
            self.slot = slot
            self.deadline = deadline
            self.isExcused = isExcused
        }
    }

    /// The next slot whose deadline has come, or nil at the end of the slice. The deadline is taken out of the slot.
    ///
    /// Slots may be removed and inserted between calls.
    public mutating func nextExpired<Element>(
        in table: inout SlotTable<Element>, tick: UInt32, slice: inout Int
    ) -> Expired? {
        guard var slot = cursor else { return nil }
        while slot < table.end {
            guard slice > 0 else {
                cursor = slot
                return nil
            }
            slice -= 1
            let deadline = table[slot].deadlineTick
            if deadline != 0, table[slot].generation & 1 == 1 {
                if deadline <= tick {
                    table[slot].deadlineTick = 0
                    cursor = slot + 1
                    let isExcused = deadline >= absence.from && deadline <= absence.to
                    return Expired(slot: slot, deadline: deadline, isExcused: isExcused)
                }
                noteDeadline(deadline)
            }
            slot += 1
        }
        cursor = nil
        return nil
    }
}
