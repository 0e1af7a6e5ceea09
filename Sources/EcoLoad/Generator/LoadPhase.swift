// The phases of a thread of the load.

/// The phases of a generator, in their order.
enum LoadPhase {
    /// Clients are connecting.
    case connecting
    /// All of them are connected, or will never be: the coordinator says when talking begins.
    case ready
    /// Clients send messages; a window of this phase is measured.
    case talking
    /// What is in flight is waited for.
    case finishing
    /// Clients say goodbye.
    case leaving
    case over

    var isAfterTalking: Bool { self == .finishing || self == .leaving || self == .over }
}
