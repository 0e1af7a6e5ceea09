// How far the clients have got with connecting.

/// Counts connections on their way, and says how many of the clients may have begun.
struct Ramp {
    /// Connections under way at the same time: well below any backlog, since what that drops comes back a second later.
    static let connectingAtOnce = 256

    /// How many of the thread's clients were begun.
    var opened = 0
    /// How many connections are on their way to a greeting.
    var connecting = 0
    /// Clients that begin anew after a pause.
    var retries: [Int] = []
    /// When the first was begun, in nanoseconds of the monotonic clock.
    var begin: Int64 = 0

    /// How many of the clients may have been begun by now.
    func allowance(_ now: Int64, of clients: Int, over seconds: Double) -> Int {
        guard seconds > 0 else { return .max }
        return 1 + Int(Double(now - begin) / (seconds * 1e9) * Double(clients))
    }
}
