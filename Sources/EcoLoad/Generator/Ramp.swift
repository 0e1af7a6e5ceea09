// How many clients have connected.

/// Counts connections that are being established, and says how many clients may have begun.
struct Ramp {
    /// The maximum of connections being established at the same time: well below any backlog, since a dropped one returns only after a
    /// second.
    static let connectingAtOnce = 256

    /// How many of the thread's clients have begun to connect.
    var opened = 0
    /// How many connections have no greeting yet.
    var connecting = 0
    /// Clients that start over after a pause.
    var retries: [Int] = []
    /// When the first one began, in nanoseconds of the monotonic clock.
    var begin: Int64 = 0

    /// How many of the clients may have begun by now.
    func allowance(_ now: Int64, of clients: Int, over seconds: Double) -> Int {
        guard seconds > 0 else { return .max }
        return 1 + Int(Double(now - begin) / (seconds * 1e9) * Double(clients))
    }
}
