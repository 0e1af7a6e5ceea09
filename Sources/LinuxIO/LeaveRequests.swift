// Whether a signal is a new request, or a repetition of the same one.

/// The requests to leave that a program gets. Terminals, shells and wrappers send one twice: `timeout -s INT` sends it to the program and
/// to its group; a terminal sends it to the program and to a wrapper, which passes it on. So a second signal counts only if it was taken
/// more than 0.2 s after the first.
public struct LeaveRequests: Sendable {
    /// What a request means.
    public enum Meaning: Equatable, Sendable {
        /// Leave cleanly.
        case first
        /// A repetition of the first one.
        case echo
        /// The user insists: leave at once.
        case again
    }

    /// A user is slower, a wrapper faster.
    public static let echoDuration = Duration.milliseconds(200)

    private var first: Instant?

    public init() {}

    /// Takes a request.
    ///
    /// - Parameter moment: when it was taken; requests that were pending together are taken at the same moment. When they were
    ///   sent is unknown.
    public mutating func take(at moment: Instant) -> Meaning {
        guard let first else {
            self.first = moment
            return .first
        }
        return moment - first > Self.echoDuration ? .again : .echo
    }
}
