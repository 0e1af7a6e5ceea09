// Many deadlines, accurate to a tenth of a second: they are kept in the slots, and found by sweeping the table.
internal import LinuxIO

/// Finds the slots whose deadline has come.
///
/// A deadline is one store into a slot. As long as none can be due, nothing is searched and the loop may sleep. Then the table is swept,
/// one slice per turn, at most once per tick. The result is accurate to a tick and costs no memory.
public struct CoarseTimers {
    /// The length of a tick.
    public static let tickNanoseconds: Int64 = 100_000_000

    /// How many slots are searched per turn of the loop.
    public static let sliceCount = 4096

    /// No deadline is before this tick. `UInt32.max` if there are no deadlines.
    private var earliest = UInt32.max
    /// The slot at which the current sweep continues.
    private var cursor: Int?
    /// Deadlines from the first to the second tick came while the loop was absent.
    private var absence: (from: UInt32, to: UInt32) = (0, 0)

    public init() {}

    /// The number of whole ticks until a duration has certainly passed; at least 1.
    public static func ticks(in duration: Duration) -> UInt32 {
        UInt32(clamping: (duration.nanoseconds + tickNanoseconds - 1) / tickNanoseconds + 1)
    }

    /// Must be told of each deadline that is stored in a slot.
    @inline(__always)
    public mutating func noteDeadline(_ tick: UInt32) { if tick < earliest { earliest = tick } }

    /// Must be told of each absence of the loop, before the next slice: deadlines in it are excused.
    ///
    /// During a sweep, deadlines between two absences are excused too.
    public mutating func noteAbsence(from: UInt32, to: UInt32) {
        absence = (cursor == nil ? from : min(from, absence.from), to)
    }

    /// The tick at which `nextExpired` has to be called again: 0 for at once, `UInt32.max` for never.
    public var nextTick: UInt32 { cursor == nil ? earliest : 0 }

    /// Begins this turn's slice: the number of slots that it may search.
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
        /// It came while the loop was absent: its timeout is to start again.
        public let isExcused: Bool

        public init(slot: Int, deadline: UInt32, isExcused: Bool) {
            self.slot = slot
            self.deadline = deadline
            self.isExcused = isExcused
        }
    }

    /// The next slot whose deadline has come, or nil at the end of the slice. Removes the deadline from the slot.
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
