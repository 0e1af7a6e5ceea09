// How far a thread of the load has got.

/// The phases of a generator, in their order.
enum LoadPhase {
    /// Clients are on their way in.
    case connecting
    /// All of them are there, or will never be: the coordinator says when talking begins.
    case ready
    /// A window of it is measured.
    case talking
    /// What is in flight is waited for.
    case finishing
    /// Clients say goodbye.
    case leaving
    case over

    var isAfterTalking: Bool { self == .finishing || self == .leaving || self == .over }
}
